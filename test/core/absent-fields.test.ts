/** What is not known has no field: whoever writes effects and snapshots down as JSON, or compares them, finds none empty. */

import type { Rule } from 'echo-sts/core';
import { expect, it } from 'vitest';
import {
  ack,
  active,
  cuts,
  Drive,
  disconnect,
  end,
  fragment,
  heard,
  init,
  malformed,
  pause,
  push,
  resume,
  rules,
  unknown,
} from '../support/drive.js';

const error = { code: 'TIMEOUT', message: 'late', retryable: true };
const NO_RULES: readonly Rule[] = [];
const simulation = { kind: 'config:error_simulation', rules: NO_RULES, scope: 'session' } as const;
const level = { kind: 'backpressure', level: 'server' } as const;

/** Which fields are there without a value, by their names and those of what they are in. */
function emptyFields(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [path] : [];
  return Object.entries(value).flatMap(([name, part]) => emptyFields(part, `${path}.${name}`));
}

/** The digest is the driver's, and the scope of a claim its answer: both may be nothing. */
const isOurs = (field: string) => !/\.(audioDigest|scope)$/.test(field);

const CASES: Readonly<Record<string, () => Drive>> = {
  'a stream from its beginning to its end': () => {
    const drive = new Drive({}, { streamId: 'stream-1' });
    drive.feed({ kind: 'connect' }, init(), fragment(0), ack('fragment-0'), pause, resume, end);
    drive.advance(600_000);
    return drive;
  },
  'pauses and ends without a reason': () => {
    const drive = active();
    drive.feed({ kind: 'stream:pause', streamId: 'stream-1' }, resume, { kind: 'stream:end', streamId: 'stream-1' });
    return drive;
  },
  'refusals of all kinds': () => {
    const drive = new Drive({ maxFragmentsPerMinute: 2 });
    drive.feed(fragment(0), ack('fragment-0'), end, malformed, simulation, { ...simulation, streamId: 'stream-7' });
    drive.feed({ kind: 'simulate:disconnect', delayMs: 5, streamId: 'stream-7' });
    drive.feed(init(), init(), fragment(0, 'a', 'stream-7'), fragment(90), fragment(0), fragment(0), fragment(1));
    drive.feed(fragment(2), unknown, ack('nobody'), end, fragment(3), disconnect);
    return drive;
  },
  'signals and what disregards them': () => {
    const drive = active({ delayMs: 10 });
    for (const action of ['none', 'slow_down', 'pause'] as const) drive.feed(push(action));
    drive.feed(heard(3), fragment(0), {
      ...level,
      plan: { kind: 'threshold', threshold: 0, severity: 'low', action: 'none' },
    });
    drive.feed({ ...level, plan: { kind: 'off' } });
    return drive;
  },
  'errors with a stage and without, as results and as events': () => {
    const drive = active(
      rules(
        { when: { sequenceNumber: 0 }, consequence: { error, delayMs: 0 } },
        {
          when: { sequenceNumber: 1 },
          consequence: { error: { ...error, stage: 'asr' }, as: 'error-event', delayMs: 3 },
        },
        { when: { sequenceNumber: 2 }, consequence: { error, as: 'error-event', delayMs: 0 } },
      ),
    );
    drive.feed({ kind: 'push error', error: { code: 'TIMEOUT', message: '' } });
    drive.feed(fragment(0), fragment(1), fragment(2), fragment(0));
    drive.advance(10);
    return drive;
  },
  'faults of results and of other messages': () => {
    const late = { fault: 'late', delayMs: 5 } as const;
    const drive = new Drive(
      rules(
        { on: 'stream:ready', consequence: { fault: 'duplicate', delayMs: 0 } },
        { on: 'fragment:ack', consequence: late },
        { when: { sequenceNumber: 1 }, consequence: { fault: 'malformed', delayMs: 0 } },
        { when: { sequenceNumber: 0 }, consequence: { delayMs: 7 } },
        { on: 'backpressure', consequence: { delayMs: 0 } },
      ),
    );
    drive.feed(init(), fragment(0), fragment(1), fragment(2), push('pause'));
    drive.advance(20);
    return drive;
  },
  'a function of the test that throws': () => fedWith(() => Promise.reject(new Error('no'))),
  'cuts before and after messages': () => {
    const drive = new Drive(cuts({ at: 'before-ready', how: 'stall' }, { at: 'after-ready', how: 'reset' }));
    drive.feed(init());
    return drive;
  },
};

function fedWith(transcript: () => unknown): Drive {
  const drive = active({ transcript: transcript as () => string });
  drive.feed(fragment(0));
  return drive;
}

it.each(Object.entries(CASES))('%s has no empty fields', (_, play) => {
  const drive = play();
  const all = { effects: drive.effects, notes: drive.notes, claims: drive.claims, snapshot: drive.session.snapshot() };
  expect(drive.effects.length).toBeGreaterThan(0);
  expect(emptyFields(all, 'all').filter(isOurs)).toEqual([]);
});
