/**
 * Groups the entries of a list into lanes: a lane is one stream of one session, named after the stream. Truncated names
 * still differ; `news/2` is the second session in the list with a stream `news`.
 */

import type { TimelineEntry } from '../timeline/entry.js';
import { cellsOf, crop, cropMiddle, visible } from './cells.js';
import { formatValue } from './summary.js';

/** A stream of a session; before `stream:init` only the session. */
export interface Lane {
  /** Short, visible, and unique in the list. */
  readonly name: string;
  /** Truncated too; empty if no entry contains it. */
  readonly workerId: string;
}

export interface Lanes {
  readonly all: readonly Lane[];
  /** Undefined for entries that concern no connection, such as a restart. */
  of(entry: TimelineEntry): Lane | undefined;
}

interface Draft {
  readonly streamId: string;
  readonly sessionId: string | undefined;
  workerId: string;
}

/** The name of a lane without a stream. */
const NO_STREAM = 'no stream';

/** The lanes of these entries in the order of their first appearance, with names of at most `nameCells` cells. */
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

/** The title of the worker of a lane. */
export function titleOf({ name, workerId }: Lane): string {
  return workerId === '' ? `worker (${name})` : `worker ${workerId} (${name})`;
}

function concernsNoConnection({ direction, streamId, sessionId }: TimelineEntry): boolean {
  return direction === 'note' && streamId === '' && sessionId === undefined;
}

/** Entries of a connection before its stream count as entries of the stream that it starts. */
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

/** `/1`, `/2`, … for sessions with the same stream; nothing if there is only one. */
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

/** Unique names: a name that is in use gets `~2`, `~3`, … at its end. */
class FreeNames {
  readonly #taken = new Set<string>();
  /** The next mark of each name, so that earlier marks are not tried again. */
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

/** Shortens an id that is too long. The beginning that all ids share is removed first. */
function shorten(id: string, common: number, cells: number): string {
  if (cellsOf(id) <= cells || common < 2) return cropMiddle(id, cells);
  return crop(`…${id.slice(common)}`, cells);
}

/** Length of the beginning that all ids share; 0 unless at least two differ. */
function commonStart(ids: readonly string[]): number {
  const [first = ''] = ids;
  const length = ids.reduce((shared, id) => sharedLength(first, id, shared), first.length);
  // If the shared beginning is the whole first id, nothing of it would be left.
  if (length === first.length) return 0;
  // Do not split a surrogate pair.
  return isFirstHalf(first.charCodeAt(length - 1)) ? length - 1 : length;
}

/** Length of the beginning that both share, at most `most`. */
function sharedLength(one: string, other: string, most: number): number {
  let length = 0;
  while (length < most && one[length] === other[length]) length += 1;
  return length;
}

function isFirstHalf(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
