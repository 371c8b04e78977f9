/** The timeline as a list: one line per entry, in aligned columns. */

import type { EventName, TimelineEntry } from '../timeline/entry.js';
import { cellsOf, crop, padEnd, widest, wrap } from './cells.js';
import { lanesOf } from './lanes.js';
import { withoutRepeats } from './repeats.js';
import { eventName, summarizePayload } from './summary.js';

/** Maximum line width, in terminal cells. */
const LINE_CELLS = 120;
const STREAM_CELLS = 24;
/** Maximum width of a name: the longest of the protocol has 25, but a worker may send any. */
const NAME_CELLS = 32;
/** Events that are never truncated, because all of it may be needed. */
export const UNCUT: readonly unknown[] = ['rule', 'test'] satisfies EventName[];
/** Minimum width of their text. */
const NARROWEST = 20;

/** How entries are formatted. */
export interface ColumnsOptions {
  /** All entries. Names of streams and times are relative to them. */
  readonly among?: readonly TimelineEntry[];
  /** Text that was already shown: messages of violations or errors in it are not repeated. */
  readonly said?: string;
}

/** The entries in columns, one line each; a rule may take several lines, because it is never truncated. */
export function formatColumns(entries: readonly TimelineEntry[], options: ColumnsOptions = {}): string[] {
  const { among = entries, said = '' } = options;
  const startMs = among[0]?.atMs ?? 0;
  const lanes = lanesOf(among, STREAM_CELLS);
  const table = withoutRepeats(entries, said).map((entry) => [
    `#${entry.n}`,
    since(entry.atMs, startMs),
    entry.direction,
    lanes.of(entry)?.name ?? '-',
    crop(eventName(entry), NAME_CELLS),
    summarizePayload(entry),
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => widest(table.map((row) => row[column] ?? '')));
  return table.flatMap(([number = '', time = '', ...texts], at) => {
    const summary = texts.pop() ?? '';
    const columns = texts.map((text, at) => padEnd(text, widths[at + 2] ?? 0));
    const head = [number.padStart(widths[0] ?? 0), time.padStart(widths[1] ?? 0), ...columns, ''].join('  ');
    if (!UNCUT.includes(entries[at]?.event)) return [crop((head + summary).trimEnd(), LINE_CELLS)];
    const rows = wrap(summary, Math.max(LINE_CELLS - cellsOf(head), NARROWEST), Number.POSITIVE_INFINITY);
    const [first = '', ...more] = rows;
    return [(head + first).trimEnd(), ...more.map((row) => ' '.repeat(cellsOf(head)) + row)];
  });
}

function since(atMs: number, startMs: number): string {
  const ms = Math.round(atMs - startMs);
  return `${ms < 0 ? '' : '+'}${ms} ms`;
}
