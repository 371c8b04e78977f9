/** What the timeline costs: with it, against without it. The targets are shares of the server's CPU time. */

import { type Cost, compareCosts, type Size } from '../fragment-cost.js';
import { MICROSECONDS, type Row, ratioRow } from '../report.js';
import { each, type Pair } from '../statistics.js';
import { limitOf } from '../targets.js';

const SIZES: readonly Size[] = [
  { label: '4 KB', characters: 4096, fragments: 600, warmUp: 60 },
  { label: '128 KB', characters: 131_072, fragments: 60, warmUp: 6 },
];
/** For a difference of a few per cent: short rounds, for the speed of a machine drifts, … */
const DEFAULT_ROUNDS = 61;
/** … in so many pairs of processes, for each is compiled and laid out in memory in its own way. */
const PROCESS_PAIRS = 5;
/** As many as make up for short ones. */
const UNCOUNTED_ROUNDS = 8;

/**
 * V8 lets the heap grow by what survives, so that of two processes one may have a larger one, or collect garbage just now:
 * that moves the ratio by some per cent from run to run. With heaps that are large from the start, what is left is the
 * timeline's own work.
 */
const HEAPS = [
  { label: 'grown heaps', nodeOptions: [] },
  { label: 'equal heaps', nodeOptions: ['--min-semi-space-size=16', '--initial-old-space-size=400'] },
];

export async function* timeline(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  for (const size of SIZES) {
    for (const { label, nodeOptions } of HEAPS) {
      const kinds = { echo: 'echo', bare: 'forgetful' } as const;
      const pairs: Pair<Cost>[] = [];
      for (let processes = 0; processes < PROCESS_PAIRS; processes += 1) {
        pairs.push(...(await compareCosts({ size, rounds, uncounted: UNCOUNTED_ROUNDS, kinds, nodeOptions })));
      }
      const cpuTimes = each(pairs, (cost) => cost.cpuMicroseconds);
      const subject = `server CPU with a timeline, against none, ${size.label}, ${label}`;
      yield ratioRow(subject, cpuTimes, MICROSECONDS, limitOf(subject), 'no timeline');
    }
  }
}
