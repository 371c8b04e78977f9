/** What is printed: a row for each thing measured, and at the end those rows that have a target. */

import { type Pair, type Spread, spread } from './statistics.js';
import { limitOf } from './targets.js';

export interface Row {
  readonly subject: string;
  readonly measured: string;
  /** Absent where nothing is promised. */
  readonly target?: RowTarget;
}

export interface RowTarget {
  readonly text: string;
  readonly isMet: boolean;
  /** What the README says: a ratio or a count. Times are shares of what is aimed at, for machines differ. */
  readonly summary: string;
}

/** A part of the benchmark. `rounds` is what the command line says, if anything. */
export type Part = (rounds: number | undefined) => AsyncIterable<Row>;

/** What a number is counted in. */
export interface Unit {
  readonly name: string;
  readonly digits: number;
}

export const MICROSECONDS: Unit = { name: 'µs', digits: 0 };
export const MILLISECONDS: Unit = { name: 'ms', digits: 2 };
export const PER_SECOND: Unit = { name: '/s', digits: 0 };
export const KILOBYTES: Unit = { name: 'KB', digits: 1 };
export const MEGABYTES: Unit = { name: 'MB', digits: 2 };

/**
 * How echo-sts compares: the ratio of each pair. The numbers themselves are for orientation only. `other` is what `bare`
 * of the pairs is.
 */
export function ratioRow(
  subject: string,
  pairs: readonly Pair<number>[],
  unit: Unit,
  atMost = limitOf(subject),
  other = 'bare',
): Row {
  const ratios = spread(pairs.map(({ echo, bare }) => echo / bare));
  const echo = format(spread(pairs.map((pair) => pair.echo)).median, unit);
  const bare = format(spread(pairs.map((pair) => pair.bare)).median, unit);
  const summary = withEnds(ratios, TIMES);
  return {
    subject,
    measured: `${summary}   [echo-sts ${echo}, ${other} ${bare}]`,
    ...withTarget(atMost, TIMES, ratios.median, summary),
  };
}

/** A number that has nothing to be compared with. */
export function valueRow(subject: string, values: readonly number[], unit: Unit): Row {
  const all = spread(values);
  const atMost = limitOf(subject);
  const share = (value: number) => (value / (atMost ?? Number.NaN)).toFixed(2);
  const summary = `${share(all.median)} times ${atMost} ${unit.name} (${share(all.min)}–${share(all.max)})`;
  return {
    subject,
    measured: values.length === 1 ? format(all.median, unit) : withEnds(all, unit),
    ...withTarget(atMost, unit, all.median, summary),
  };
}

/** How often something happens, of which a ratio says little: the other may be zero. */
export function countRow(subject: string, pairs: readonly Pair<number>[]): Row {
  const echo = spread(pairs.map((pair) => pair.echo));
  const bare = withEnds(spread(pairs.map((pair) => pair.bare)), COUNT);
  const summary = `${withEnds(echo, COUNT)}, bare ${bare}`;
  return { subject, measured: summary, ...withTarget(limitOf(subject), COUNT, echo.median, summary) };
}

/** The outcome of a load that must not fail, with what it consisted of. */
export function errorRow(subject: string, errors: readonly string[], load: string): Row {
  const summary = `${errors.length} in ${load}`;
  return {
    subject,
    measured: [summary, ...errors].join('; '),
    ...withTarget(limitOf(subject), COUNT, errors.length, summary),
  };
}

export function printRow({ subject, measured }: Row): void {
  console.log(`  ${subject.padEnd(SUBJECT_WIDTH)} ${measured}`);
}

export function printTargets(rows: readonly Row[]): void {
  console.log('\nTargets');
  for (const { subject, measured, target } of rows) {
    if (target === undefined) continue;
    const verdict = target.isMet ? 'met   ' : 'MISSED';
    console.log(`  ${subject.padEnd(SUBJECT_WIDTH)} ${target.text.padEnd(TARGET_WIDTH)} ${verdict} ${measured}`);
  }
}

const TIMES: Unit = { name: '×', digits: 2 };
const COUNT: Unit = { name: '', digits: 0 };
const SUBJECT_WIDTH = 64;
const TARGET_WIDTH = 10;

function withTarget(
  atMost: number | undefined,
  unit: Unit,
  median: number,
  summary: string,
): { readonly target?: RowTarget } {
  if (atMost === undefined) return {};
  return { target: { text: `≤ ${inUnit(`${atMost}`, unit)}`, isMet: median <= atMost, summary } };
}

function withEnds({ median, min, max }: Spread, unit: Unit): string {
  return `${format(median, unit)} (${min.toFixed(unit.digits)}–${max.toFixed(unit.digits)})`;
}

function format(value: number, unit: Unit): string {
  return inUnit(value.toFixed(unit.digits), unit);
}

function inUnit(value: string, { name }: Unit): string {
  return `${value}${name === '×' ? '' : ' '}${name}`.trim();
}
