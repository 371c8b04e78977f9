/** Entries of the timeline in words: one on one line, and lists of them in aligned columns. */

import type { TimelineEntry } from '../timeline/entry.js';
import { crop, padEnd, widest } from './cells.js';
import { details, eventName } from './gist-rows.js';
import { lanesOf } from './lanes.js';

/** No line is wider, in cells of a terminal. */
const LINE_CELLS = 120;
const STREAM_CELLS = 24;
/** The longest name of the protocol has 25; a worker may send any other. */
const NAME_CELLS = 32;

/** The entry in a few words, without its number, its time and its stream. Never throws, whatever the payload is. */
export function gist(entry: TimelineEntry): string {
  const detail = details(entry);
  return detail === '' ? eventName(entry) : `${eventName(entry)}  ${detail}`;
}

/** The entries on a line each, in columns; times count from `startMs`, by default from the first of these. */
export function lines(entries: readonly TimelineEntry[], startMs = entries[0]?.atMs ?? 0): string[] {
  const lanes = lanesOf(entries, STREAM_CELLS);
  const table = entries.map((entry) => [
    `#${entry.n}`,
    since(entry.atMs, startMs),
    entry.direction,
    lanes.of(entry)?.name ?? '-',
    crop(eventName(entry), NAME_CELLS),
    details(entry),
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
