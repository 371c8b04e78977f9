/** The table of the README that says how fast echo-sts is: what the bench has measured, where something is aimed at. */

import type { Row } from './report.js';
import { subjectOf, TARGETS, type Target } from './targets.js';

const [BEGIN, END] = ['<!-- bench: generated -->', '<!-- /bench -->'];
/** A case of a line, then what was measured. */
const BETWEEN = ': ';
const NEXT = '; ';

/** The page with a table of these rows in place of the one that it has. Throws if a row for a target is missing. */
export function withTable(page: string, rows: readonly Row[]): string {
  const missing = TARGETS.map(subjectOf).filter(
    (subject) => !rows.some((row) => row.subject === subject && row.target),
  );
  if (missing.length > 0) throw new Error(`Expected a row for each target; missing: ${missing.join(NEXT)}.`);
  const { before, after } = split(page);
  return `${before}${BEGIN}\n${tableOf(rows)}\n${END}${after}`;
}

/** What the table of the page says, by subject. */
export function readTable(page: string): ReadonlyMap<string, string> {
  const lines = split(page)
    .table.split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(1);
  return new Map(lines.flatMap(entriesOf));
}

function split(page: string): { before: string; table: string; after: string } {
  const [before = '', rest = '', ...others] = page.split(BEGIN);
  const [table = '', after] = rest.split(END);
  if (after === undefined || others.length > 0) throw new Error(`Expected ${BEGIN} and ${END}, once; put them back.`);
  return { before, table, after };
}

/** A line for each thing measured, with all its cases: a line for each case would be half a page. */
function tableOf(rows: readonly Row[]): string {
  const lines = new Map<string, string[]>();
  for (const { what, at, summary } of namedTargets(rows)) {
    const cells = lines.get(what) ?? [];
    lines.set(what, cells);
    cells.push(at === undefined ? summary : `${at}${BETWEEN}${summary}`);
  }
  const body = [...lines].map(([what, cells]) => `| ${what} | ${cells.join(NEXT)} |`);
  return ['| what | median (lowest–highest) |', '|---|---|', ...body].join('\n');
}

interface NamedTarget extends Pick<Target, 'what' | 'at'> {
  readonly summary: string;
}

/** Those that are shown, in the order of the targets; then those that a part has for itself. */
function namedTargets(rows: readonly Row[]): NamedTarget[] {
  const summaries = new Map(
    rows.flatMap(({ subject, target }) => (target ? [[subject, target.summary] as const] : [])),
  );
  const listed = TARGETS.map(subjectOf);
  const others = [...summaries.keys()].filter((subject) => !listed.includes(subject));
  const shown = TARGETS.filter(({ isShown }) => isShown);
  return [...shown, ...others.map((what) => ({ what }))].map((target) => ({
    ...target,
    summary: summaries.get(subjectOf(target)) ?? '',
  }));
}

/** The entries of a line, by subject. */
function entriesOf(line: string): [subject: string, summary: string][] {
  const [, what = '', cell = ''] = line.split('|').map((text) => text.trim());
  return cell.split(NEXT).map((entry) => {
    const [summary = '', at] = entry.split(BETWEEN).toReversed();
    return [subjectOf(at === undefined ? { what } : { what, at }), summary];
  });
}
