/** What a fragment costs the server, by its size. */

import { compareCosts, type Size, WINDOW } from '../fragment-cost.js';
import { MICROSECONDS, MILLISECONDS, PER_SECOND, type Row, ratioRow } from '../report.js';
import { each } from '../statistics.js';

const SIZES: readonly Size[] = [
  { label: '4 KB', characters: 4096, fragments: 3000, warmUp: 200 },
  { label: '128 KB', characters: 131_072, fragments: 300, warmUp: 20 },
  { label: '256 KB', characters: 262_144, fragments: 150, warmUp: 10 },
  { label: '1 MB', characters: 1_048_576, fragments: 60, warmUp: 5 },
  { label: '10 MB', characters: 10_485_760, fragments: 12, warmUp: 3 },
];
const DEFAULT_ROUNDS = 15;

export async function* cpu(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  for (const size of SIZES) yield* await compare(size, rounds);
}

async function compare(size: Size, rounds: number): Promise<Row[]> {
  const pairs = await compareCosts({ size, rounds, uncounted: 1 });
  const cpuTimes = each(pairs, (cost) => cost.cpuMicroseconds);
  const throughput = each(pairs, (cost) => cost.fragmentsPerSecond);
  const roundTrips = each(pairs, (cost) => cost.roundTripMs);
  return [
    ratioRow(`server CPU per fragment, ${size.label}`, cpuTimes, MICROSECONDS),
    ratioRow(`throughput, ${size.label}`, throughput, PER_SECOND),
    ratioRow(`round trip p50 of ${size.label}, ${WINDOW} in flight`, roundTrips, MILLISECONDS),
  ];
}
