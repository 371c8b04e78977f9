/**
 * The timeline as a sequence diagram for a terminal: the worker's lifeline on the left, that of echo-sts on the right,
 * messages as arrows between them, and notes. The cause of an entry follows `←`: `#4` is the line with that number.
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
  /** Maximum line width, in terminal cells; at least 60. */
  readonly columns: number;
  /** Number of dropped older entries. */
  readonly dropped?: number;
  /** Text that was already shown: messages of violations or errors in it are not repeated. */
  readonly said?: string;
}

/** The widths that all lines of a diagram share, in cells. */
interface Layout {
  readonly time: number;
  readonly number: number;
  /** 0 with only one stream, which needs no column. */
  readonly stream: number;
  /** Between the lifelines. */
  readonly inner: number;
}

const NARROWEST = 60;
/** Maximum width: longer arrows are hard to follow. */
const WIDEST = 120;
/** Maximum width of the name of a single stream, which is in the heading. */
const WHOLE_NAME_CELLS = 40;
/** Maximum number of rows of a text that does not fit on one line; a rule is never truncated. */
const ROWS_PER_ENTRY = 4;
/** Width of an arrow without its label: `─ label ─►`. */
const ARROW_CELLS = 5;
/** Width of a note without its text: ` · text `. */
const NOTE_CELLS = 4;

/** The marks of important notes; the others have `·`. */
const MARKS: Readonly<Partial<Record<EventName, string>>> = {
  violation: '!',
  cut: '×',
  disconnect: '×',
  'hang-up': '×',
  refused: '×',
  restart: '×',
};

/** The diagram, without a final newline. For an empty list, a sentence. */
export function formatText(entries: readonly TimelineEntry[], { columns, dropped = 0, said }: TextOptions): string {
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
  const drawn = withoutRepeats(entries, said).flatMap((entry) => draw(entry, first.atMs, lanes.of(entry), layout));
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

/** The rows between the lifelines, each exactly `inner` cells wide. */
const BETWEEN: Readonly<Record<Direction, (entry: TimelineEntry, inner: number) => string[]>> = {
  in: (entry, inner) => {
    const [label = '', ...more] = textOf(entry, inner - ARROW_CELLS);
    const head = `─ ${label} ${'─'.repeat(inner - cellsOf(label) - 4)}►`;
    return [head, ...more.map((row) => padEnd(`  ${row}`, inner))];
  },
  out: (entry, inner) => {
    const rows = textOf(entry, inner - ARROW_CELLS);
    // All labels of one direction start in the same column, unless they are too long.
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

/** The summary of the entry and its causes, on as few rows as possible. */
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
