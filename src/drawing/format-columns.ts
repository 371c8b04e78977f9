/** The timeline as a list: an entry on a line each, in aligned columns. */

import type { EventName, TimelineEntry } from '../timeline/entry.js';
import { cellsOf, crop, padEnd, widest, wrap } from './cells.js';
import { lanesOf } from './lanes.js';
import { withoutRepeats } from './repeats.js';
import { eventName, summarizePayload } from './summary.js';

/** No line is wider, in cells of a terminal. */
const LINE_CELLS = 120;
const STREAM_CELLS = 24;
/** The longest name of the protocol has 25; a worker may send any other. */
const NAME_CELLS = 32;
/** What is never cut, for all of it may be needed: a rule, and what the test did. */
export const UNCUT: readonly unknown[] = ['rule', 'test'] satisfies EventName[];
/** What these get at least for their text. */
const NARROWEST = 20;

/** How entries are written. */
export interface ColumnsOptions {
  /** All that there are, of which the entries are some: streams are named and times counted as among these. */
  readonly among?: readonly TimelineEntry[];
  /** What has been said already: the message of a violation or an error in it is not repeated. */
  readonly said?: string;
}

/** The entries in columns, on a line each; a rule may take several, for it is never cut. */
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
