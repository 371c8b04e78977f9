/** The violations, grouped by kind, each group with the evidence of its first. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { ViolationKind } from '../core/violations.js';
import type { Violation } from '../record/violation-log.js';
import { elapsed } from './elapsed.js';
import { about } from './entry-words.js';
import { grouped } from './grouped.js';
import type { Section } from './scene.js';
import { numbering, sessionName } from './session-names.js';

/** Maximum number of entries and streams that are listed. */
const LISTED = 8;
/** Maximum number of groups that are shown with their evidence. */
const MOST_KINDS = 10;

/** Which fragments do not count. */
const EXCUSED = 'those that may have left before it was read are excused';

/** How the fragments of a kind arrived, for the sentence with their number. */
const EXTENTS: Readonly<
  Partial<Record<ViolationKind, (session: SessionSnapshot, group: readonly Violation[]) => string>>
> = {
  'exceeded-max-inflight': ({ peakInflight }) => `over the limit; at most ${peakInflight} were in flight at once`,
  'sent-while-told-to-pause': (session, group) => `despite it${longestWaitIn(session, group)}; ${EXCUSED}`,
  'ignored-recommended-delay': (session, group) => `too soon${longestWaitIn(session, group)}; ${EXCUSED}`,
};

/**
 * The first violation of each kind and stream with its evidence, at most `mostKinds`. `sessions` are all, newest first.
 */
export function violationSections(
  violations: readonly Violation[],
  sessions: readonly SessionSnapshot[],
  mostKinds = MOST_KINDS,
): Section[] {
  const groups = alike(violations);
  const hidden = groups.slice(mostKinds).flat().length;
  const more: Section = ['violation', [`and ${hidden} more, of other kinds or in other streams`], hidden];
  const shown = groups.slice(0, mostKinds).flatMap((group) => groupSections(group, sessions));
  return [...shown, ...(hidden === 0 ? [] : [more])];
}

/** Groups violations of one kind in one stream, and those with the same message in several streams. */
function alike(violations: readonly Violation[]): Violation[][] {
  const ofStreams = grouped(violations, ({ kind, streamId }) => JSON.stringify([kind, streamId]));
  const saying = grouped([...ofStreams.values()], ([first]) => JSON.stringify([first?.kind, first?.message]));
  return [...saying.values()].map((groups) => groups.flat());
}

function groupSections(group: readonly Violation[], sessions: readonly SessionSnapshot[]): Section[] {
  const [first] = group;
  if (first === undefined) return [];
  const { kind, message, entries } = first;
  const isSame = group.every((each) => each.message === message);
  const often = isSame && group.length > 1 ? ` (×${group.length})` : '';
  // A number that the worker counted on from is the cause of what the message says.
  const [cause = `${message}${often}`, ...more] = [...numberingIn(first, sessions), `${message}${often}`];
  return [
    ['violation', [`${kind}, ${whose(group, sessions)}: ${cause}`, ...more, ...extent(group, sessions)], group.length],
    ['evidence', entries.map(about)],
    ['', others(group.slice(1), isSame)],
  ];
}

function whose(group: readonly Violation[], sessions: readonly SessionSnapshot[]): string {
  const streamIds = [...new Set(group.map(({ streamId }) => streamId))];
  const [first = ''] = streamIds;
  if (streamIds.length === 1) {
    const session = sessions.find(({ sessionId }) => sessionId === group[0]?.sessionId);
    // After `reset()` the session is no longer known.
    if (session !== undefined && session.streamId === first) return sessionName(session, sessions);
    return first === '' ? 'a connection without a stream' : `stream ${show(first)}`;
  }
  const more = streamIds.length > LISTED ? ` and ${streamIds.length - LISTED} more` : '';
  return `streams ${streamIds.slice(0, LISTED).map(show).join(', ')}${more}`;
}

/** The other violations of a group, by their entries, as far as the timeline still has them. */
function others(violations: readonly Violation[], isSame: boolean): string[] {
  const [first] = violations;
  if (first === undefined) return [];
  const places = violations.flatMap(({ entries }) => entries.slice(-1)).map(({ n }) => `#${n}`);
  const numbers = `${places.slice(0, LISTED).join(', ')}${places.length > LISTED ? ' …' : ''}`;
  if (isSame) return places.length === 0 ? [] : [`and at ${numbers}`];
  return [
    `and ${violations.length} more of this kind ${where(violations)}${places.length === 0 ? '' : `: ${numbers}`}`,
  ];
}

function where(violations: readonly Violation[]): string {
  const streamIds = new Set(violations.map(({ streamId }) => streamId));
  if (streamIds.size > 1) return 'in these streams';
  return streamIds.has('') ? 'without a stream' : 'in this stream';
}

/** How many fragments are affected: a single violation suggests another fault than a constant one. */
function extent(group: readonly Violation[], sessions: readonly SessionSnapshot[]): string[] {
  const ids = new Set(group.map(({ sessionId }) => sessionId));
  const [session] = sessions.filter(({ sessionId }) => ids.has(sessionId));
  const words = group[0] && EXTENTS[group[0].kind];
  if (session === undefined || words === undefined || ids.size > 1) return [];
  return [`${group.length} of the ${session.totalFragments} accepted fragments arrived ${words(session, group)}`];
}

/** The longest wait before a fragment, from the signal to the last violation: it says whether the worker has waited at all. */
function longestWaitIn({ fragments }: SessionSnapshot, group: readonly Violation[]): string {
  const signal = group[0]?.entries.find(({ event }) => event === 'backpressure');
  const until = group.at(-1)?.atMs ?? 0;
  if (signal === undefined) return '';
  const arrivals = fragments.map(({ receivedAt }) => receivedAt).filter((at) => at > signal.atMs && at <= until);
  const times = [signal.atMs, ...arrivals.sort((a, b) => a - b)];
  const waits = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return waits.length === 0 ? '' : `, after waits of at most ${elapsed(Math.max(...waits))}`;
}

function numberingIn({ kind, sessionId }: Violation, sessions: readonly SessionSnapshot[]): string[] {
  const session = sessions.find((each) => each.sessionId === sessionId);
  return session === undefined || kind !== 'skipped-sequence-number' ? [] : numbering(session, sessions);
}
