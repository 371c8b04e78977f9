/** The timeline as a list: an entry on a line each, in aligned columns. */

import type { TimelineEntry } from '../timeline/entry.js';
import { crop, padEnd, widest } from './cells.js';
import { lanesOf } from './lanes.js';
import { eventName, summarizePayload } from './summary.js';

/** No line is wider, in cells of a terminal. */
const LINE_CELLS = 120;
const STREAM_CELLS = 24;
/** The longest name of the protocol has 25; a worker may send any other. */
const NAME_CELLS = 32;

/** The entries on a line each, in columns; times count from `startMs`, by default from the first of these. */
export function formatColumns(entries: readonly TimelineEntry[], startMs = entries[0]?.atMs ?? 0): string[] {
  const lanes = lanesOf(entries, STREAM_CELLS);
  const table = entries.map((entry) => [
    `#${entry.n}`,
    since(entry.atMs, startMs),
    entry.direction,
    lanes.of(entry)?.name ?? '-',
    crop(eventName(entry), NAME_CELLS),
    summarizePayload(entry),
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map((column) => widest(table.map((row) => row[column] ?? '')));
  return table.map(([number = '', time = '', ...texts]) => {
    const columns = texts.map((text, at) => padEnd(text, widths[at + 2] ?? 0));
    return crop(
      [number.padStart(widths[0] ?? 0), time.padStart(widths[1] ?? 0), ...columns].join('  ').trimEnd(),
      LINE_CELLS,
    );
  });
}

function since(atMs: number, startMs: number): string {
  const ms = Math.round(atMs - startMs);
  return `${ms < 0 ? '' : '+'}${ms} ms`;
}
