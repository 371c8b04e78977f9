/**
 * The timeline as a sequence diagram for a terminal: the worker's lifeline left, that of echo-sts right, messages as
 * arrows between them, and notes of what else happened. What is behind an entry stands behind `←`: `#4` is the line with that number.
 */

import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';
import { causes } from './causes.js';
import { cellsOf, crop, padEnd, widest, wrap } from './cells.js';
import { UNCUT } from './format-columns.js';
import { type Lane, type Lanes, lanesOf, titleOf } from './lanes.js';
import { droppedEntries, noEntries } from './missing-entries.js';
import { withoutRepeats } from './repeats.js';
import { summarize } from './summary.js';

export interface TextOptions {
  /** No line is wider, in cells of a terminal; at least 60. */
  readonly columns: number;
  /** How many older entries there were. */
  readonly dropped?: number;
}

/** The widths that all lines of a diagram share, in cells. */
interface Layout {
  readonly time: number;
  readonly number: number;
  /** 0 with one stream alone: there is no such column then. */
  readonly stream: number;
  /** Between the lifelines. */
  readonly inner: number;
}

const NARROWEST = 60;
/** On wider screens arrows get no longer: the eye would lose them. */
const WIDEST = 120;
/** The name of a stream that is alone: it stands in the heading, where there is room. */
const WHOLE_NAME_CELLS = 40;
/** Of a text that does not fit on one line; a rule is never cut off. */
const ROWS_PER_ENTRY = 4;
/** What an arrow needs besides its label: `─ label ─►`. */
const ARROW_CELLS = 5;
/** What a note needs besides its text: ` · text `. */
const NOTE_CELLS = 4;

/** What stands out among the notes; the others are led by `·`. */
const MARKS: Readonly<Partial<Record<EventName, string>>> = {
  violation: '!',
  cut: '×',
  disconnect: '×',
  'hang-up': '×',
  refused: '×',
  restart: '×',
};

/** The diagram, without a newline at its end. An empty list gives a sentence. */
export function formatText(entries: readonly TimelineEntry[], { columns, dropped = 0 }: TextOptions): string {
  const [first] = entries;
  const older = droppedEntries(dropped);
  if (first === undefined) return [...older, noEntries(dropped)].join('\n');
  const width = Math.min(Math.max(columns, NARROWEST), WIDEST);
  const time = widest(['ms', ...entries.map(({ atMs }) => since(atMs, first.atMs))]);
  const number = widest(entries.map(({ n }) => `#${n}`));
  const whole = lanesOf(entries, WHOLE_NAME_CELLS);
  const isAlone = whole.all.length <= 1;
  const lanes = isAlone ? whole : lanesOf(entries, Math.floor((width - time - number) / 4));
  const stream = isAlone ? 0 : widest(['stream', ...lanes.all.map(({ name }) => name)]);
  const gutter = cellsOf(gutterOf({ time, number, stream, inner: 0 }, '', '', ''));
  const layout = { time, number, stream, inner: width - gutter - 2 };
  const drawn = withoutRepeats(entries).flatMap((entry) => draw(entry, first.atMs, lanes.of(entry), layout));
  return [...older, heading(lanes, layout), ...drawn].join('\n');
}

function heading({ all }: Lanes, layout: Layout): string {
  const [only] = all;
  const service = 'echo-sts';
  const title = only !== undefined && all.length === 1 ? titleOf(only) : 'worker';
  const room = layout.inner - service.length;
  const titles = `${padEnd(crop(title, room), room)}  ${service}`;
  return gutterOf(layout, 'ms', '#', 'stream') + crop(titles, layout.inner + 2);
}

function draw(entry: TimelineEntry, startMs: number, lane: Lane | undefined, layout: Layout): string[] {
  const [head = '', ...more] = BETWEEN[entry.direction](entry, layout.inner);
  const gutter = gutterOf(layout, since(entry.atMs, startMs), `#${entry.n}`, lane?.name ?? '');
  return [`${gutter}│${head}│`, ...more.map((row) => `${gutterOf(layout, '', '', '')}│${row}│`)];
}

/** What stands between the lifelines, each row exactly as wide as they are apart. */
const BETWEEN: Readonly<Record<Direction, (entry: TimelineEntry, inner: number) => string[]>> = {
  in: (entry, inner) => {
    const [label = '', ...more] = textOf(entry, inner - ARROW_CELLS);
    const head = `─ ${label} ${'─'.repeat(inner - cellsOf(label) - 4)}►`;
    return [head, ...more.map((row) => padEnd(`  ${row}`, inner))];
  },
  out: (entry, inner) => {
    const rows = textOf(entry, inner - ARROW_CELLS);
    // All labels of one direction begin at the same place, unless they are too long for that.
    const start = Math.max(3, Math.min(Math.floor(inner / 8), inner - widest(rows) - 2));
    const [label = '', ...more] = rows;
    const head = `◄${'─'.repeat(start - 2)} ${label} `;
    return [head + '─'.repeat(inner - cellsOf(head)), ...more.map((row) => padEnd(' '.repeat(start) + row, inner))];
  },
  note: (entry, inner) => {
    const [text = '', ...more] = textOf(entry, inner - NOTE_CELLS);
    const head = ` ${MARKS[entry.event] ?? '·'} ${text}`;
    return [head, ...more.map((row) => `   ${row}`)].map((row) => padEnd(row, inner));
  },
};

/** The summary of the entry and what is behind it, on as few rows as it takes. */
function textOf(entry: TimelineEntry, cells: number): string[] {
  const rows = wrap(summarize(entry), cells, UNCUT.includes(entry.event) ? Number.POSITIVE_INFINITY : ROWS_PER_ENTRY);
  const last = rows.pop() ?? '';
  const reasons = causes(entry);
  if (reasons.length === 0) return [...rows, last];
  const because = `← ${reasons.map(({ words }) => words).join(', ')}`;
  const fits = (end: string) => cellsOf(`${last}  ${end}`) <= cells;
  if (fits(because)) return [...rows, `${last}  ${because}`];
  if (reasons.some(({ isMinor }) => !isMinor))
    return [...rows, last, ...wrap(because, cells, Number.POSITIVE_INFINITY)];
  const shorter = `← ${reasons[0]?.words}`;
  return [...rows, fits(shorter) ? `${last}  ${shorter}` : last];
}

function gutterOf({ time, number, stream }: Layout, ms: string, entryNumber: string, name: string): string {
  const columns = [ms.padStart(time), entryNumber.padStart(number), ...(stream > 0 ? [padEnd(name, stream)] : [])];
  return `${columns.join('  ')} `;
}

function since(atMs: number, startMs: number): string {
  return `${Math.round(atMs - startMs)}`;
}
