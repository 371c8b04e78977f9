/** The middle of a list and its ends; and runs of two sides taken in turn. */

import type { Side } from './server-process.js';

/** One round: what each side was measured at, directly after the other. */
export type Pair<Sample> = Readonly<Record<Side, Sample>>;

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The mean of the middle two where the number of values is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** Measures the sides in turn, so that what disturbs the machine disturbs both. */
export async function interleave<Sample>(
  rounds: number,
  measure: (side: Side) => Promise<Sample>,
): Promise<Pair<Sample>[]> {
  const pairs: Pair<Sample>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Neither side always gets the machine as the other has left it.
    if (round % 2 === 0) {
      const echo = await measure('echo');
      pairs.push({ echo, bare: await measure('bare') });
    } else {
      const bare = await measure('bare');
      pairs.push({ bare, echo: await measure('echo') });
    }
  }
  return pairs;
}

/** The same pairs with one number for each sample. */
export function each<Sample>(pairs: readonly Pair<Sample>[], value: (sample: Sample) => number): Pair<number>[] {
  return pairs.map(({ echo, bare }) => ({ echo: value(echo), bare: value(bare) }));
}
