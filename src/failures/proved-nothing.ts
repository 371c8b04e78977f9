/**
 * What a test has set up or sent without any effect on its worker: a `times` that was not reached, and a backpressure
 * signal after which no fragment arrived.
 */

import { type ActionEntry, describeAction } from '../core/actions.js';
import { describeRefusal, type RefusalEntry } from '../core/refusal-book.js';
import type { RuleEntry } from '../core/rule.js';
import { describeRule } from '../core/rules.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { about, times } from './entry-words.js';
import { grouped } from './grouped.js';
import type { Scene, Section } from './scene.js';
import { sessionName } from './session-names.js';
import { mayMiss } from './verification-text.js';

/** What was set up, and what was recorded. */
interface Seen extends Pick<Scene, 'entries' | 'sessions'> {
  readonly rules: readonly RuleEntry[];
  readonly actions: readonly ActionEntry[];
  readonly refusals: readonly RefusalEntry[];
}

type Signal = TimelineEntry<'backpressure'>;

/** One line for each. A rule or planned fault that never hit is reported as unused instead; an optional one is not reported. */
export function provedNothing({ rules, actions, refusals, entries, sessions }: Seen): string[] {
  const capped = [
    ...rules
      .filter(({ rule }) => !mayMiss(rule))
      .map((entry) => capLeft(describeRule(entry), entry.hits, entry.rule.times)),
    ...actions
      .filter(({ action }) => action.optional !== true)
      .map(({ action, hits }) => capLeft(describeAction(action), hits, action.times)),
    ...refusals
      .filter(({ refusal }) => refusal.optional !== true)
      .map(({ refusal, hits }) => capLeft(describeRefusal(refusal), hits, refusal.times)),
  ];
  const signals = untried(entries).map((signal) => {
    const session = sessions.find(({ sessionId }) => sessionId === signal.sessionId);
    const name = session === undefined ? 'its stream' : sessionName(session, sessions);
    return `${about(signal)}: no fragment of ${name} arrived after it`;
  });
  return [...capped.flat(), ...signals];
}

/** The lines as a section of a failure text. */
export function provedNothingSection(lines: readonly string[]): Section {
  return ['proved nothing', lines, lines.length];
}

function capLeft(what: string, hits: number, most: number): string[] {
  return hits > 0 && hits < most && most !== Number.POSITIVE_INFINITY
    ? [`${what} hit ${times(hits)}, and its \`times\` is ${most}`]
    : [];
}

/**
 * The first signal of each session and action, if no fragment arrived after it. The last fragment may cause another
 * signal. A signal that follows from a violation of the worker is left out: it was not set up by the test.
 */
function untried(entries: readonly TimelineEntry[]): Signal[] {
  const offences = new Set(entries.flatMap(({ event, cause }) => (event === 'violation' ? [cause?.entry] : [])));
  const signals = entries.filter(isPace).filter(({ cause }) => cause === undefined || !offences.has(cause.entry));
  const firsts = [...grouped(signals, ({ sessionId, payload }) => `${sessionId} ${payload.action}`).values()].flatMap(
    (group) => group.slice(0, 1),
  );
  return firsts.filter(
    ({ n, sessionId }) =>
      !entries.some((entry) => entry.n > n && entry.event === 'fragment:data' && entry.sessionId === sessionId),
  );
}

function isPace(entry: TimelineEntry): entry is Signal {
  return entry.event === 'backpressure' && (entry.payload.action === 'pause' || entry.payload.action === 'slow_down');
}
