/** What a worker should have done in a session and did not. It is not a violation, because it may still happen. */

import type { SessionSnapshot } from '../core/snapshot.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { elapsed } from './elapsed.js';
import { grouped } from './grouped.js';

/** Maximum number of omissions that are shown, the first ones. */
const MOST_OMISSIONS = 3;

/** A fragment that should be resent. */
interface Unretried {
  readonly sequenceNumber: number;
  /** The failure or the refusal. */
  readonly because: TimelineEntry;
  readonly how: string;
}

/** Describes the omissions. `own` are the entries of the session, oldest first. */
export function omissions(session: SessionSnapshot, own: readonly TimelineEntry[]): string[] {
  if (isCutOff(own)) return [];
  const unretried = findUnretried(own);
  const others = unretried.length - MOST_OMISSIONS;
  const more = others > 0 ? [`and ${others} more that ${others === 1 ? 'was' : 'were'} not sent again`] : [];
  return [
    ...unretried.slice(0, MOST_OMISSIONS).map((each) => describe(each, own)),
    ...more,
    ...leftEarly(session, own),
  ];
}

/** A worker that is cut off before the end cannot resend anything. */
function isCutOff(own: readonly TimelineEntry[]): boolean {
  const isOver = own.some(({ event }) => event === 'stream:end');
  return !isOver && own.some(({ event, payload }) => event === 'disconnect' && payload.by === 'fixture');
}

function findUnretried(own: readonly TimelineEntry[]): Unretried[] {
  const open = new Map<number, Unretried>();
  for (const entry of own) {
    const { sequenceNumber } = entry;
    if (sequenceNumber === undefined) continue;
    const how = failureIn(entry);
    if (how !== undefined) open.set(sequenceNumber, { sequenceNumber, because: entry, how });
    else if (entry.event === 'fragment:data' || entry.event === 'fragment:processed') open.delete(sequenceNumber);
  }
  return [...open.values()];
}

/** How a fragment failed that may be resent; undefined for other entries. */
function failureIn({ event, payload }: TimelineEntry): string | undefined {
  if (event === 'error')
    return payload.retryable === true ? `was answered with ${payload.code} (retryable)` : undefined;
  if (event !== 'fragment:processed' || payload.status !== 'failed') return undefined;
  return payload.error?.retryable === true ? `failed with ${payload.error.code} (retryable)` : undefined;
}

function describe({ sequenceNumber, because, how }: Unretried, own: readonly TimelineEntry[]): string {
  const fact = `fragment ${sequenceNumber} ${how} at #${because.n} and`;
  const since = own.filter(({ n }) => n > because.n);
  const next = since.find(({ event }) => event === 'stream:end' || event === 'disconnect');
  const others = whileOthersCame(since.filter(({ n }) => n < (next?.n ?? Number.POSITIVE_INFINITY)));
  const fate =
    next === undefined
      ? `has not been sent again${others}`
      : `was never sent again${others}; \`${next.event}\` came at #${next.n}, ${elapsed(next.atMs - because.atMs)} later`;
  return `${fact} ${fate}${underAnotherName(sequenceNumber, because, own)}`;
}

/** A worker that has sent others had the opportunity. */
function whileOthersCame(since: readonly TimelineEntry[]): string {
  const { size } = new Set(since.filter(({ event }) => event === 'fragment:data').map((entry) => entry.sequenceNumber));
  if (size === 0) return '';
  return size === 1 ? ', while 1 other was sent' : `, while ${size} others were sent`;
}

/** Finds the same audio under another number, unless many fragments have the same audio. */
function underAnotherName(sequenceNumber: number, because: TimelineEntry, own: readonly TimelineEntry[]): string {
  const arrivals = own.filter((entry): entry is TimelineEntry<'fragment:data'> => entry.event === 'fragment:data');
  const ofAudio = grouped(arrivals, hashIn);
  const hash = arrivals.filter((entry) => entry.sequenceNumber === sequenceNumber).map(hashIn)[0];
  const same = (hash !== undefined && ofAudio.get(hash)) || [];
  const again = same.find((entry) => entry.n > because.n);
  const numbers = new Set(same.map((entry) => entry.sequenceNumber));
  if (again === undefined || numbers.size > 2 || ofAudio.size < 2) return '';
  return `; its audio arrived again at #${again.n} as fragment ${again.sequenceNumber}: a retry must keep \`fragment_id\` and \`sequence_number\``;
}

/** A worker that disconnects right after `stream:end` misses its `stream:complete` (PROTOCOL §6.8). */
function leftEarly({ completedAt }: SessionSnapshot, own: readonly TimelineEntry[]): string[] {
  const end = own.find(({ event }) => event === 'stream:end');
  const gone = own.find(({ event }) => event === 'disconnect');
  if (end === undefined || completedAt !== undefined) return [];
  if (gone?.event !== 'disconnect' || gone.payload.by !== 'worker') return [];
  const when = elapsed(gone.atMs - end.atMs);
  return [
    `the worker disconnected at #${gone.n}, ${when} after its \`stream:end\` (#${end.n}), without its \`stream:complete\``,
  ];
}

function hashIn({ payload }: TimelineEntry<'fragment:data'>): string | undefined {
  return payload.audio?.hash;
}
