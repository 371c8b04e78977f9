/**
 * Which entries of a list belong together, and what that is called: a lane is one stream on one session, named after the
 * stream. Names are cut to fit and still differ; `news/2` is the second session in the list that has a stream `news`.
 */

import type { TimelineEntry } from '../timeline/entry.js';
import { cellsOf, crop, cropMiddle, visible } from './cells.js';
import { formatValue } from './summary.js';

/** A stream on a session; before `stream:init` the session alone. */
export interface Lane {
  /** Short, visible, and the name of no other lane of the list. */
  readonly name: string;
  /** Cut to fit as well; empty when no entry tells it. */
  readonly workerId: string;
}

export interface Lanes {
  readonly all: readonly Lane[];
  /** Undefined for what concerns no connection, like a restart. */
  of(entry: TimelineEntry): Lane | undefined;
}

interface Draft {
  readonly streamId: string;
  readonly sessionId: string | undefined;
  workerId: string;
}

/** What a lane without a stream is called. */
const NO_STREAM = 'no stream';

/** The lanes of these entries in the order of their first appearance, with names of at most so many cells. */
export function lanesOf(entries: readonly TimelineEntry[], nameCells: number): Lanes {
  const streamOf = streamsBySession(entries);
  const drafts = new Map<string, Draft>();
  const keyOf = (entry: TimelineEntry) => JSON.stringify([streamOf(entry), entry.sessionId ?? '']);
  for (const entry of entries) {
    if (concernsNoConnection(entry)) continue;
    const draft = drafts.get(keyOf(entry)) ?? { streamId: streamOf(entry), sessionId: entry.sessionId, workerId: '' };
    if (draft.workerId === '') draft.workerId = workerOf(entry);
    drafts.set(keyOf(entry), draft);
  }
  const names = distinctNames([...drafts.values()], nameCells);
  const lanes = new Map(
    [...drafts].map(([key, { workerId }], at) => [key, { name: names[at] ?? '', workerId: crop(workerId, nameCells) }]),
  );
  return { all: [...lanes.values()], of: (entry) => lanes.get(keyOf(entry)) };
}

/** How the worker of a lane is introduced. */
export function titleOf({ name, workerId }: Lane): string {
  return workerId === '' ? `worker (${name})` : `worker ${workerId} (${name})`;
}

function concernsNoConnection({ direction, streamId, sessionId }: TimelineEntry): boolean {
  return direction === 'note' && streamId === '' && sessionId === undefined;
}

/** A connection is there before its stream; what happened then counts to the stream that it began. */
function streamsBySession(entries: readonly TimelineEntry[]): (entry: TimelineEntry) => string {
  const first = new Map<string, string>();
  for (const { streamId, sessionId } of entries) {
    if (sessionId !== undefined && streamId !== '' && !first.has(sessionId)) first.set(sessionId, streamId);
  }
  return ({ streamId, sessionId }) => (streamId === '' ? (first.get(sessionId ?? '') ?? '') : streamId);
}

function workerOf(entry: TimelineEntry): string {
  const payload: unknown = entry.payload;
  if (typeof payload !== 'object' || payload === null) return '';
  const { worker_id, workerId } = payload as Readonly<Record<string, unknown>>;
  const id = worker_id ?? workerId;
  return id === undefined ? '' : formatValue(id);
}

function distinctNames(drafts: readonly Draft[], cells: number): string[] {
  const turnOf = turnsOf(drafts);
  const common = commonStart(drafts.map(({ streamId }) => visible(streamId)).filter((id) => id !== ''));
  const names = new FreeNames();
  return drafts.map((draft) => {
    const id = visible(draft.streamId).trim() || NO_STREAM;
    const turn = turnOf(draft);
    return names.take((mark) => shorten(id, common, cells - cellsOf(turn + mark)) + turn + mark);
  });
}

/** `/1`, `/2`, … for the sessions that have the same stream; nothing for one that has it alone. */
function turnsOf(drafts: readonly Draft[]): (draft: Draft) => string {
  const counts = new Map<string, number>();
  const turns = new Map<Draft, number>();
  for (const draft of drafts.filter(({ sessionId }) => sessionId !== undefined)) {
    const turn = (counts.get(draft.streamId) ?? 0) + 1;
    counts.set(draft.streamId, turn);
    turns.set(draft, turn);
  }
  return (draft) => {
    const turn = turns.get(draft);
    return turn === undefined || counts.get(draft.streamId) === 1 ? '' : `/${turn}`;
  };
}

/** Names that are given once: one that is taken gets `~2`, `~3`, … behind it. */
class FreeNames {
  readonly #taken = new Set<string>();
  /** The next mark of each name, with or without what gives way to a mark: to try all again would take ever longer. */
  readonly #nextMarks = new Map<string, number>();

  /** `write` returns the name with that mark at its end; a longer mark may leave less of the name. */
  take(write: (mark: string) => string): string {
    const wanted = write('');
    let name = wanted;
    let next = this.#nextMarks.get(wanted) ?? 2;
    while (this.#taken.has(name)) {
      const mark = `~${next}`;
      name = write(mark);
      const unmarked = name.slice(0, -mark.length);
      next = Math.max(next + 1, this.#nextMarks.get(unmarked) ?? 0);
      this.#nextMarks.set(unmarked, next).set(wanted, next);
    }
    this.#taken.add(name);
    return name;
  }
}

/** Of an id that is too long, what it begins with like all others goes first. */
function shorten(id: string, common: number, cells: number): string {
  if (cellsOf(id) <= cells || common < 2) return cropMiddle(id, cells);
  return crop(`…${id.slice(common)}`, cells);
}

/** How many characters all of these begin with; 0 where there are no two different ones. */
function commonStart(ids: readonly string[]): number {
  const [first = ''] = ids;
  const length = ids.reduce((shared, id) => sharedLength(first, id, shared), first.length);
  // Where the first is all that they share, nothing of it would be left.
  if (length === first.length) return 0;
  // Not between the two halves of one sign.
  return isFirstHalf(first.charCodeAt(length - 1)) ? length - 1 : length;
}

/** How many characters both begin with, and no more than so many. */
function sharedLength(one: string, other: string, most: number): number {
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
