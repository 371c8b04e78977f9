/**
 * The timeline as a mermaid `sequenceDiagram`, for issues and documents: one participant per lane, and the service. The
 * participants have generated names, so that an id like `end` is text and not a keyword.
 */

import type { TimelineEntry } from '../timeline/entry.js';
import { causes } from './causes.js';
import { wrap } from './cells.js';
import { lanesOf, titleOf } from './lanes.js';
import { droppedEntries, noEntries } from './missing-entries.js';
import { withoutRepeats } from './repeats.js';
import { summarize } from './summary.js';

export interface MermaidOptions {
  /** Number of dropped older entries. */
  readonly dropped?: number;
}

/** The service among the participants; the workers are `w1`, `w2` … */
const SERVICE = 'sts';
const NAME_CELLS = 40;
/** Maximum width of a row: mermaid does not wrap lines. */
const ROW_CELLS = 64;
const ROWS_PER_ENTRY = 4;
/** All ASCII characters that mermaid may not treat as text, and the characters `°` and `¶`, which it substitutes for an entity. */
const MISREAD = /(?![\w .,:()/+='`-])[ -~]|[\u00b0\u00b6]/g;
/** Mermaid removes the last semicolon of a line with one of these words, and so the end of an entity. */
const MISREAD_WORDS = /(?<=styl)e|(?<=classDe)f/g;

/** The diagram, without a final newline. By default mermaid draws at most 50 000 characters. */
export function formatMermaid(entries: readonly TimelineEntry[], { dropped = 0 }: MermaidOptions = {}): string {
  const lanes = lanesOf(entries, NAME_CELLS);
  const workers = new Map(lanes.all.map((lane, at) => [lane, `w${at + 1}`]));
  const workerOf = (entry: TimelineEntry) => {
    const lane = lanes.of(entry);
    return lane && workers.get(lane);
  };
  const startMs = entries[0]?.atMs ?? 0;
  const remarks = [...droppedEntries(dropped), ...(entries.length === 0 ? [noEntries(dropped)] : [])];
  const statements = [
    ...[...workers].map(([lane, worker]) => `participant ${worker} as ${asText(titleOf(lane))}`),
    `participant ${SERVICE} as echo-sts`,
    ...remarks.map((remark) => `Note over ${SERVICE}: ${asText(remark)}`),
    ...withoutRepeats(entries).map((entry) => statement(entry, workerOf(entry), startMs)),
  ];
  return ['sequenceDiagram', ...statements.map((line) => `    ${line}`)].join('\n');
}

function statement(entry: TimelineEntry, worker: string | undefined, startMs: number): string {
  const label = wrap(labelOf(entry, startMs), ROW_CELLS, ROWS_PER_ENTRY).map(asText).join('<br/>');
  if (worker === undefined) return `Note over ${SERVICE}: ${label}`;
  const places = {
    in: `${worker}->>${SERVICE}`,
    out: `${SERVICE}->>${worker}`,
    note: `Note over ${worker},${SERVICE}`,
  };
  return `${places[entry.direction]}: ${label}`;
}

function labelOf(entry: TimelineEntry, startMs: number): string {
  const reasons = causes(entry).map(({ words }) => words);
  const because = reasons.length > 0 ? ` ← ${reasons.join(', ')}` : '';
  return `#${entry.n} · ${Math.round(entry.atMs - startMs)} ms · ${summarize(entry).replaceAll('  ', ' ')}${because}`;
}

/** The text with mermaid entities for what mermaid would misread; it must be `visible`. */
function asText(text: string): string {
  return text.replace(MISREAD, entity).replace(MISREAD_WORDS, entity);
}

function entity(sign: string): string {
  return `#${sign.codePointAt(0)};`;
}
