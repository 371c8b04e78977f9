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
  const sessionsOf = new Map<string, Draft[]>();
  for (const draft of drafts.filter(({ sessionId }) => sessionId !== undefined)) {
    sessionsOf.set(draft.streamId, [...(sessionsOf.get(draft.streamId) ?? []), draft]);
  }
  const common = commonStart(drafts.map(({ streamId }) => visible(streamId)).filter((id) => id !== ''));
  const taken = new Set<string>();
  return drafts.map((draft) => {
    const sessions = sessionsOf.get(draft.streamId) ?? [];
    const turn = sessions.length > 1 && sessions.includes(draft) ? `/${sessions.indexOf(draft) + 1}` : '';
    const name = freeName(visible(draft.streamId), common, turn, cells, taken);
    taken.add(name);
    return name;
  });
}

/** The id, cut, and its turn; when that is the name of another lane already, with `~2`, `~3` … behind it. */
function freeName(id: string, common: number, turn: string, cells: number, taken: ReadonlySet<string>): string {
  for (let attempt = 1; ; attempt += 1) {
    const end = attempt === 1 ? turn : `${turn}~${attempt}`;
    const name = shorten(id.trim() || NO_STREAM, common, cells - cellsOf(end)) + end;
    if (!taken.has(name)) return name;
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
  if (new Set(ids).size < 2) return 0;
  const signs = Array.from(first);
  const length = signs.findIndex((_, at) => !ids.every((id) => id.startsWith(signs.slice(0, at + 1).join(''))));
  return signs.slice(0, Math.max(0, length)).join('').length;
}
