/** What is printed: a row for each thing measured, and at the end those rows that have a target. */

import { type Pair, type Spread, spread } from './statistics.js';

export interface Row {
  readonly subject: string;
  readonly measured: string;
  /** Absent where nothing is promised. */
  readonly target?: { readonly text: string; readonly isMet: boolean };
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

/** How echo-sts compares: the ratio of each pair. The numbers themselves are for orientation only. */
export function ratioRow(subject: string, pairs: readonly Pair<number>[], unit: Unit, atMost?: number): Row {
  const ratios = spread(pairs.map(({ echo, bare }) => echo / bare));
  const echo = format(spread(pairs.map((pair) => pair.echo)).median, unit);
  const bare = format(spread(pairs.map((pair) => pair.bare)).median, unit);
  return {
    subject,
    measured: `${withEnds(ratios, { name: '×', digits: 2 })}   [echo-sts ${echo}, bare ${bare}]`,
    ...(atMost !== undefined && { target: { text: `≤ ${atMost}×`, isMet: ratios.median <= atMost } }),
  };
}

/** A number that has nothing to be compared with. */
export function valueRow(subject: string, values: readonly number[], unit: Unit, below?: number): Row {
  const all = spread(values);
  return {
    subject,
    measured: values.length === 1 ? format(all.median, unit) : withEnds(all, unit),
    ...(below !== undefined && { target: { text: `< ${below} ${unit.name}`, isMet: all.median < below } }),
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

const SUBJECT_WIDTH = 46;
const TARGET_WIDTH = 20;

function withEnds({ median, min, max }: Spread, unit: Unit): string {
  return `${format(median, unit)} (${min.toFixed(unit.digits)}–${max.toFixed(unit.digits)})`;
}

function format(value: number, { name, digits }: Unit): string {
  return `${value.toFixed(digits)}${name === '×' ? '' : ' '}${name}`;
}
