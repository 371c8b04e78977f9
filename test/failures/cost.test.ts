/** What it costs to put a failure into words: twice as many of what it tells takes twice as many steps. */

import { expect, it } from 'vitest';
import type { ActionEntry } from '../../src/core/actions.js';
import type { RuleEntry } from '../../src/core/rule.js';
import { failureText } from '../../src/failures/failure-text.js';
import { nearest } from '../../src/failures/nearest.js';
import { unusedActions, unusedRules } from '../../src/failures/verification-text.js';
import { violationSections } from '../../src/failures/violation-sections.js';
import type { Violation } from '../../src/record/violation-log.js';
import type { TimelineEntry } from '../../src/timeline/entry.js';
import { session } from '../matchers/fake.js';
import { stepsOf } from '../support/steps.js';

const CASES: Readonly<Record<string, (count: number) => () => unknown>> = {
  'rules that never hit behind rules that did': (count) => {
    const rules = list(2 * count, (at) => rule(at, at < count ? 1 : 0));
    return () => unusedRules(rules, []);
  },
  'rules that never hit, and fragments': (count) => {
    const [rules, came] = [list(count, (at) => rule(at, 0)), list(count, (at) => fragment(at))];
    return () => unusedRules(rules, came);
  },
  'cuts that never happened, and fragments': (count) => {
    const [cuts, came] = [list(count, () => cut()), list(count, (at) => fragment(at))];
    return () => unusedActions(cuts, came);
  },
  'cuts of a stream each, and fragments of others': (count) => {
    const [cuts, came] = [list(count, (at) => cut(`cut-${at}`)), list(count, (at) => fragment(at, `stream-${at}`))];
    return () => unusedActions(cuts, came);
  },
  'violations of many streams': (count) => {
    const violations = list(count, (at): Violation => ({ ...VIOLATION, streamId: `stream-${at}`, entries: [] }));
    return () => violationSections(violations, []);
  },
  'violations of two kinds in a timeline': (count) => {
    const entries = list(count, (at) =>
      violation(at, at < count / 2 ? 'reused-sequence-number' : 'exceeded-max-inflight'),
    );
    return () => failureText({ headline: '', sections: [] }, { sessions: [], entries, seed: '1' });
  },
  'fragments of a session, none of them sent again': (count) => {
    const payload = { status: 'failed', error: { code: 'TIMEOUT', retryable: true } };
    const failed = (at: number) => ({ ...fragment(at), event: 'fragment:processed', payload }) as TimelineEntry;
    const records = list(count, (at) => ({ ...RECORD, sequenceNumber: at }));
    const entries = list(count, (at) => [fragment(at), failed(at)])
      .flat()
      .map((entry) => ({ ...entry, sessionId: '1' }));
    const sessions = [session({ sessionId: '1', fragments: records, totalFragments: count })];
    return () => failureText({ headline: '', sections: [] }, { sessions, entries, seed: '1' });
  },
  'sessions of one stream': (count) => {
    const sessions = list(count, (at) => session({ sessionId: `${at}` }));
    const violations = list(
      count,
      (at): Violation => ({
        ...VIOLATION,
        streamId: `s-${at}`,
        sessionId: `${at}`,
        message: `${at}`,
        entries: [],
      }),
    );
    return () => failureText({ headline: '', sections: [] }, { sessions, violations, entries: [], seed: '1' });
  },
  'a seed as long': (count) => {
    const seed = 'x'.repeat(10 * count);
    return () => failureText({ headline: '', sections: [] }, { sessions: [], entries: [], seed });
  },
  'fields that are missing': (count) => {
    const where = Object.fromEntries(list(count, (at) => [`field_${at}`, at]));
    const entries = [fragment(0)];
    return () => nearest({ event: 'fragment:data', where }, { sessions: [], entries, seed: '1' });
  },
  'entries that are not meant': (count) => {
    const entries = list(count, (at) => fragment(at));
    return () => nearest({ event: 'fragment:data', where: { none: 1 } }, { sessions: [], entries, seed: '1' });
  },
};

const RECORD = { fragmentId: 'f', status: 'failed', attempts: 1, receivedAt: 0 } as const;

it.each(Object.entries(CASES))('of %s grows with their number', (_, workOf) => {
  const cost = (count: number) => stepsOf(workOf(count));
  expect(cost(800)).toBeLessThan(2.5 * cost(400));
});

it('of rules that hit in place of another names the first of them, and counts the others', () => {
  const rules = [...list(10, (at) => rule(at, at + 1)), rule(10, 0)];
  const [, came] = unusedRules(rules, []);
  expect(came?.[1]).toEqual([
    'no fragment',
    'rule 1 hit before it could, once: the first match wins',
    ...list(7, (at) => `rule ${at + 2} hit before it could, ${at + 2} times: the first match wins`),
    'and 2 more rules hit before it could',
  ]);
});

it('of an entry that differs in many fields tells the first of them, and counts the others', () => {
  const where = Object.fromEntries(list(21, (at) => [`f${at}`, 1]));
  const [line] = nearest({ event: 'fragment:data', where }, { sessions: [], entries: [fragment(0)], seed: '1' });
  expect(line).toMatch(/`f19` is missing, expected 1; and 1 more difference$/);
});

const VIOLATION = {
  kind: 'exceeded-max-inflight',
  atMs: 0,
  message: 'too many',
  sessionId: 'session-1',
} as const satisfies Partial<Violation>;

function list<Item>(count: number, itemAt: (at: number) => Item): Item[] {
  return Array.from({ length: count }, (_, at) => itemAt(at));
}

function rule(at: number, hits: number): RuleEntry {
  return { number: at + 1, hits, rule: { when: {}, consequence: {} } } as RuleEntry;
}

function cut(streamId?: string): ActionEntry {
  return {
    hits: 0,
    action: { kind: 'cut', at: 'after-ack', how: 'reset', times: 1, ...(streamId !== undefined && { streamId }) },
  };
}

function fragment(at: number, streamId = 'news'): TimelineEntry {
  const fields = { n: at + 1, atMs: 0, direction: 'in', event: 'fragment:data', streamId, sequenceNumber: at } as const;
  return { ...fields, payload: { sequence_number: at } } as TimelineEntry;
}

function violation(at: number, kind: string): TimelineEntry {
  const fields = { n: at + 1, atMs: 0, direction: 'note', event: 'violation', streamId: 'news' } as const;
  return { ...fields, payload: { kind, message: `the ${at}th` } } as TimelineEntry;
}
