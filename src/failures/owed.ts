/**
 * What is still owed in a stream that has not completed: results by the service, or the next message by the worker.
 * Counts are those of the service; the worker's own count can only be guessed.
 */

import type { FragmentRecord, SessionSnapshot } from '../core/snapshot.js';
import { visible } from '../drawing/cells.js';
import { eventName } from '../drawing/summary.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { elapsed } from './elapsed.js';

/** Maximum number of fragments that are listed by number. */
const LISTED = 8;

/** What is known of a session. */
interface Known {
  readonly session: SessionSnapshot;
  /** Its entries, oldest first. */
  readonly own: readonly TimelineEntry[];
  /** Its fragments whose last result was sent. */
  readonly answered: readonly FragmentRecord[];
  readonly dropped: readonly FragmentRecord[];
}

/** Describes what is owed; nothing for a stream that has completed or whose connection has closed. */
export function owed(session: SessionSnapshot, own: readonly TimelineEntry[], nowMs: number | undefined): string[] {
  const { state, completedAt, fragments, streamId } = session;
  if (completedAt !== undefined || state === 'closed') return [];
  const dropped = fragments.filter(({ status }) => status === 'dropped');
  const answered = fragments.filter(({ status }) => status !== 'dropped' && status !== 'processing');
  const known = { session, own, answered, dropped };
  const service = streamId === '' ? [] : [services(known)];
  return [...silence(own, nowMs), ...service, ...workers(known)];
}

/** Describes since when the worker has sent nothing. */
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
    return `the service owes the worker nothing before fragment ${expectedSequenceNumber} arrives: ${held} wait for it`;
  if (inflight > 0) {
    const isDue = ({ status, sequenceNumber }: FragmentRecord) =>
      status === 'processing' && !heldSequenceNumbers.includes(sequenceNumber);
    const due = fragments.filter(isDue);
    const which = due.length === 0 ? '' : `: ${numbers(due)}`;
    return `the service owes the worker ${count(inflight - held, 'result')} of ${totalFragments}${which}`;
  }
  if (totalFragments === 0) return 'the service owes the worker nothing: no fragment was accepted';
  const results = `${answered.length} of ${totalFragments} answered${acknowledgements(answered)}`;
  if (dropped.length === 0) return `the service owes the worker nothing: ${results}`;
  return `${results}, ${dropped.length} dropped by a rule: ${numbers(dropped)}${ruleOn(dropped[0], own)}`;
}

/** A worker that has acknowledged all results does not wait for one. Acknowledgements are optional (PROTOCOL §2). */
function acknowledgements(answered: readonly FragmentRecord[]): string {
  const { length } = answered.filter(({ ack }) => ack !== undefined);
  return length === 0 ? '' : ` (${length === answered.length ? 'all' : length} acknowledged by the worker)`;
}

/** The rule that dropped it, and the entry that shows that. */
function ruleOn(first: FragmentRecord | undefined, own: readonly TimelineEntry[]): string {
  const isIts = ({ event, sequenceNumber }: TimelineEntry) =>
    event === 'rule' && sequenceNumber === first?.sequenceNumber;
  const entry = own.findLast(isIts);
  return entry?.event === 'rule' ? ` (#${entry.n}, ${visible(String(entry.payload.rule))})` : '';
}

/** Describes what the worker owes, or what it may be waiting for. */
function workers(known: Known): string[] {
  const { session, own } = known;
  if (session.streamId === '') return ['the worker owes `stream:init`'];
  if (session.state === 'ending') return [];
  if (session.state === 'paused') {
    const pause = own.findLast(({ event }) => event === 'stream:pause');
    return [`it has paused the stream${pause === undefined ? '' : ` with #${pause.n}`}, and owes \`stream:resume\``];
  }
  const waits = [...lost(known), ...signalled(own), ...places(known)];
  const isIdle = waits.length === 0 && session.inflight === 0;
  return isIdle
    ? [`the worker owes ${session.totalFragments === 0 ? 'a' : 'its next'} fragment, or \`stream:end\``]
    : waits;
}

/** A worker without a timeout waits forever for a dropped result. */
function lost({ session: { maxInflight, fragments }, dropped: { length } }: Known): string[] {
  if (length === 0) return [];
  const newest = fragments.slice(-maxInflight);
  // After a newer fragment the worker has given them up.
  const isFull = newest.length === maxInflight && newest.every(({ status }) => status === 'dropped');
  if (length === 1)
    return [
      `that result is never sent${isFull ? ', and its place is the only one' : ''}: the worker must give it up and go on`,
    ];
  const places = isFull ? `, and take all ${maxInflight} places` : '';
  return [`those results are never sent${places}: the worker must give them up and go on`];
}

/** The last `backpressure` that the worker may be obeying. */
function signalled(own: readonly TimelineEntry[]): string[] {
  const signals = own.filter((entry): entry is TimelineEntry<'backpressure'> => entry.event === 'backpressure');
  const last = signals.at(-1);
  if (last === undefined) return [];
  if (last.payload.action === 'pause')
    return [`the last \`backpressure\` is #${last.n} with action "pause": the worker must wait for "none"`];
  const wasPaused = signals.at(-2)?.payload.action === 'pause';
  const hasGoneOn = own.some(({ event, n }) => event === 'fragment:data' && n > last.n);
  if (!wasPaused || hasGoneOn) return [];
  return [
    `\`backpressure\` #${last.n} with action "${last.payload.action}" ended a pause, and no fragment has arrived since`,
  ];
}

/** Outcomes after which a faulty worker may forget to free a place, in words; each fragment once for each place. */
const PLACES: readonly { readonly name: string; readonly of: (known: Known) => readonly FragmentRecord[] }[] = [
  { name: 'answered', of: ({ answered }) => answered },
  { name: 'failed', of: ({ answered }) => answered.filter(({ status }) => status === 'failed') },
  { name: 'partial', of: ({ answered }) => answered.filter(({ status }) => status === 'partial') },
  { name: 'sent again', of: ({ answered }) => answered.flatMap((each) => Array(each.attempts - 1).fill(each)) },
];

/** `max_inflight` fragments of one outcome, then silence: the worker may still count them as in flight. */
function places(known: Known): string[] {
  const { session, dropped } = known;
  const { maxInflight, inflight } = session;
  if (inflight > 0) return [];
  const places = PLACES.map(({ name, of }) => ({ name, fragments: of(known) }));
  const suspect = places.find(({ fragments: { length } }) => length > 0 && length + dropped.length === maxInflight);
  if (suspect === undefined) return [];
  const lost = dropped.length === 0 ? '' : ` and ${dropped.length} dropped`;
  const which = numbers([...new Set([...suspect.fragments, ...dropped])]);
  return [
    `${suspect.fragments.length} ${suspect.name}${lost} (${which}), as many as \`max_inflight\`, and no other arrived: a worker that does not free their places stops here`,
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
