/**
 * Who owes what in a stream that has not completed: the service its results, or the worker its next message. Counts are those of
 * the service; what the worker counts can only be guessed, and is put as a question.
 */

import type { FragmentRecord, SessionSnapshot } from '../core/snapshot.js';
import { visible } from '../drawing/cells.js';
import { eventName } from '../drawing/summary.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { elapsed } from './elapsed.js';

/** So many fragments are listed by their numbers. */
const LISTED = 8;

/** What is known of a session. */
interface Known {
  readonly session: SessionSnapshot;
  /** Its entries, oldest first. */
  readonly own: readonly TimelineEntry[];
  /** Its fragments whose last result is out, by what that was. */
  readonly answered: readonly FragmentRecord[];
  readonly dropped: readonly FragmentRecord[];
}

/** In sentences; none for a stream that has completed, or whose connection is gone. */
export function owed(session: SessionSnapshot, own: readonly TimelineEntry[], nowMs: number | undefined): string[] {
  const { state, completedAt, fragments, streamId } = session;
  if (completedAt !== undefined || state === 'closed') return [];
  const dropped = fragments.filter(({ status }) => status === 'dropped');
  const answered = fragments.filter(({ status }) => status !== 'dropped' && status !== 'processing');
  const known = { session, own, answered, dropped };
  const service = streamId === '' ? [] : [services(known)];
  return [...silence(own, nowMs), ...service, ...workers(known)];
}

/** Since when the worker has sent nothing. */
function silence(own: readonly TimelineEntry[], nowMs: number | undefined): string[] {
  const last = own.findLast(({ direction, event }) => direction === 'in' || event === 'connect');
  if (last === undefined) return [];
  const ms = nowMs === undefined ? 0 : nowMs - last.atMs;
  const ago = ms >= 1 ? ` for ${elapsed(ms)},` : '';
  const since = last.direction === 'in' ? `#${last.n} ${eventName(last)}` : `it connected (#${last.n})`;
  return [`the worker has sent nothing${ago} since ${since}`];
}

/** What the service owes. */
function services({ session, own, answered, dropped }: Known): string {
  const { inflight, totalFragments, fragments, heldSequenceNumbers, expectedSequenceNumber } = session;
  const held = heldSequenceNumbers.length;
  if (inflight > 0 && inflight <= held)
    return `the service owes it nothing before fragment ${expectedSequenceNumber} comes: ${held} wait for that one`;
  if (inflight > 0) {
    const isDue = ({ status, sequenceNumber }: FragmentRecord) =>
      status === 'processing' && !heldSequenceNumbers.includes(sequenceNumber);
    const due = fragments.filter(isDue);
    const which = due.length === 0 ? '' : `: ${numbers(due)}`;
    return `the service owes it ${count(inflight - held, 'result')} of ${totalFragments}${which}`;
  }
  if (totalFragments === 0) return 'the service owes it nothing: no fragment was taken';
  const results = `${answered.length} of ${totalFragments} answered`;
  if (dropped.length === 0) return `the service owes it nothing: ${results}`;
  return `${results}, ${dropped.length} dropped by a rule: ${numbers(dropped)}${ruleOn(dropped[0], own)}`;
}

/** Which rule it was, and the entry that tells that. */
function ruleOn(first: FragmentRecord | undefined, own: readonly TimelineEntry[]): string {
  const isIts = ({ event, sequenceNumber }: TimelineEntry) =>
    event === 'rule' && sequenceNumber === first?.sequenceNumber;
  const entry = own.findLast(isIts);
  return entry?.event === 'rule' ? ` (#${entry.n}, ${visible(String(entry.payload.rule))})` : '';
}

/** What the worker owes, or seems to wait for. */
function workers(known: Known): string[] {
  const { session, own } = known;
  if (session.streamId === '') return ['it owes `stream:init`'];
  if (session.state === 'ending') return [];
  if (session.state === 'paused') {
    const pause = own.findLast(({ event }) => event === 'stream:pause');
    return [`it has paused the stream${pause === undefined ? '' : ` with #${pause.n}`}, and owes \`stream:resume\``];
  }
  const waits = [...lost(known), ...signalled(own), ...places(known)];
  const isIdle = waits.length === 0 && session.inflight === 0;
  return isIdle ? [`it owes ${session.totalFragments === 0 ? 'a' : 'its next'} fragment, or \`stream:end\``] : waits;
}

/** A worker that waits for what never comes waits for ever. */
function lost({ dropped }: Known): string[] {
  if (dropped.length === 0) return [];
  const what = dropped.length === 1 ? 'that result never comes' : 'those results never come';
  return [`${what}: the worker has to give up waiting after a while`];
}

/** What it was told to do. */
function signalled(own: readonly TimelineEntry[]): string[] {
  const signals = own.filter((entry): entry is TimelineEntry<'backpressure'> => entry.event === 'backpressure');
  const last = signals.at(-1);
  if (last === undefined) return [];
  if (last.payload.action === 'pause')
    return [`the last \`backpressure\` is #${last.n} with action "pause": the worker has to wait for "none"`];
  const wasPaused = signals.at(-2)?.payload.action === 'pause';
  const hasGoneOn = own.some(({ event, n }) => event === 'fragment:data' && n > last.n);
  if (!wasPaused || hasGoneOn) return [];
  return [`\`backpressure\` #${last.n} with action "${last.payload.action}" ended a pause, and no fragment came since`];
}

/** After which a worker may forget to count down, and that in words. */
const PLACES: readonly { readonly name: string; readonly of: (known: Known) => number }[] = [
  { name: 'answered', of: ({ answered }) => answered.length },
  { name: 'failed', of: ({ answered }) => answered.filter(({ status }) => status === 'failed').length },
  { name: 'partial', of: ({ answered }) => answered.filter(({ status }) => status === 'partial').length },
  { name: 'sent again', of: ({ answered }) => answered.reduce((sum, { attempts }) => sum + attempts - 1, 0) },
];

/** As many of a kind as may be in flight, and then silence: by the worker’s own count they may be in flight still. */
function places(known: Known): string[] {
  const { session, dropped } = known;
  const { maxInflight, inflight } = session;
  if (inflight > 0) return [];
  const suspect = PLACES.find(({ of }) => of(known) > 0 && of(known) + dropped.length === maxInflight);
  if (suspect === undefined) return [];
  const lost = dropped.length === 0 ? '' : ` and ${dropped.length} dropped`;
  return [
    `${suspect.of(known)} ${suspect.name}${lost}, as many as \`max_inflight\`, and no other came: a worker that does not free their places stops here`,
  ];
}

function numbers(fragments: readonly FragmentRecord[]): string {
  const listed = fragments.slice(0, LISTED).map(({ sequenceNumber }) => sequenceNumber);
  const others = fragments.length - listed.length;
  return `fragment${fragments.length === 1 ? '' : 's'} ${listed.join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
