/** Which kinds of faults were planned and which happened: what a passed `explore` is worth. Pure. */

import type { FaultKind } from './kinds.js';

/** How much of a kind there was. */
export interface KindCoverage {
  readonly kind: FaultKind;
  /** Number of runs whose plan had it. */
  readonly planned: number;
  /** Number of runs in which it happened. */
  readonly happened: number;
}

/** What `explore` has tried. */
export interface ExploreReport {
  /** Number of plans that were tried, up to the first with which the run failed. */
  readonly runs: number;
  readonly seed: number;
  /** One row for each kind that could be drawn. */
  readonly kinds: readonly KindCoverage[];
  /** The kinds that never happened. */
  readonly neverHappened: readonly FaultKind[];
  /** All of this as a table. */
  readonly text: string;
}

/** One fault of one run. */
export interface FaultOutcome {
  readonly kind: FaultKind;
  readonly hasHappened: boolean;
}

/** `tried` are the faults of each run. */
export function reportOf(
  seed: number,
  kinds: readonly FaultKind[],
  tried: readonly (readonly FaultOutcome[])[],
): ExploreReport {
  const count = (isCounted: (each: FaultOutcome) => boolean) => tried.filter((run) => run.some(isCounted)).length;
  const rows = kinds.map((kind) => ({
    kind,
    planned: count((each) => each.kind === kind),
    happened: count((each) => each.kind === kind && each.hasHappened),
  }));
  const neverHappened = rows.filter(({ happened }) => happened === 0).map(({ kind }) => kind);
  const report = { runs: tried.length, seed, kinds: rows, neverHappened };
  return { ...report, text: textOf(report) };
}

function textOf({ runs, seed, kinds, neverHappened }: Omit<ExploreReport, 'text'>): string {
  const width = Math.max(...kinds.map(({ kind }) => kind.length));
  const digits = Math.max('planned'.length, String(runs).length);
  const row = (name: string, planned: string | number, happened: string | number) =>
    `  ${name.padEnd(width)}  ${String(planned).padStart(digits)}  ${String(happened).padStart('happened'.length)}`;
  return [
    `explore: ${runs} ${runs === 1 ? 'run' : 'runs'} with seed ${seed}; number of runs in which each fault was planned, and happened:`,
    row('', 'planned', 'happened'),
    ...kinds.map(({ kind, planned, happened }) => row(kind, planned, happened)),
    ...(neverHappened.length === 0 ? [] : [`  never happened: ${neverHappened.join(', ')}`]),
  ].join('\n');
}
