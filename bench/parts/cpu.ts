/** What a fragment costs the server: CPU time, and with it throughput and round-trip time, three in flight. */

import { MICROSECONDS, MILLISECONDS, PER_SECOND, type Row, ratioRow } from '../report.js';
import { type ServerKind, type ServerProcess, withServers } from '../server-process.js';
import { each, interleave, median, type Pair } from '../statistics.js';
import { base64Text, type Load, withWorker } from '../worker.js';

interface Size {
  readonly label: string;
  /** Of base64 text. */
  readonly characters: number;
  readonly fragments: number;
  /** Not counted. */
  readonly warmUp: number;
  /** Highest ratio of CPU time that is aimed at. */
  readonly atMost?: number;
}

const SIZES: readonly Size[] = [
  { label: '4 KB', characters: 4096, fragments: 3000, warmUp: 200, atMost: 1.3 },
  { label: '128 KB', characters: 131_072, fragments: 300, warmUp: 20, atMost: 1.15 },
  { label: '256 KB', characters: 262_144, fragments: 150, warmUp: 10 },
  { label: '10 MB', characters: 10_485_760, fragments: 12, warmUp: 3, atMost: 1.15 },
];
/** The `max_inflight` that a worker gets when it does not ask for another. */
const WINDOW = 3;
const DEFAULT_ROUNDS = 15;
/** For a difference of a few per cent: short rounds, for the speed of a machine drifts, … */
const FINE_ROUNDS = 61;
/** … in so many pairs of processes, for each is compiled and laid out in memory in its own way. */
const PROCESS_PAIRS = 5;
/** Rounds that are for the just-in-time compiler: one, or as many as make up for short ones. */
const UNCOUNTED_ROUNDS = 1;
const UNCOUNTED_FINE_ROUNDS = 8;

interface Sample {
  readonly cpuMicroseconds: number;
  readonly fragmentsPerSecond: number;
  readonly roundTripMs: number;
}

export async function* cpu(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  for (const size of SIZES) yield* await compare(size, rounds);
}

/** What the timeline is measured at: the targets are shares of the server's CPU time. */
const TIMELINE_SIZES: readonly Size[] = [
  { label: '4 KB', characters: 4096, fragments: 600, warmUp: 60, atMost: 1.25 },
  { label: '128 KB', characters: 131_072, fragments: 60, warmUp: 6, atMost: 1.08 },
];

/**
 * V8 lets the heap grow by what survives, so that of two processes one may have a larger one, or collect garbage just now:
 * that moves the ratio by some per cent from run to run. With heaps that are large from the start, what is left is the
 * timeline's own work.
 */
const HEAPS = [
  { label: 'grown heaps', nodeOptions: [] },
  { label: 'equal heaps', nodeOptions: ['--min-semi-space-size=16', '--initial-old-space-size=400'] },
];

/** What the timeline costs: with it, against without it. */
export async function* timeline(rounds = FINE_ROUNDS): AsyncGenerator<Row> {
  for (const size of TIMELINE_SIZES) {
    for (const { label, nodeOptions } of HEAPS) {
      const pairs: Pair<Sample>[] = [];
      for (let processes = 0; processes < PROCESS_PAIRS; processes += 1) {
        pairs.push(...(await measurePairs(size, rounds, 'forgetful', UNCOUNTED_FINE_ROUNDS, nodeOptions)));
      }
      const cpuTimes = each(pairs, (sample) => sample.cpuMicroseconds);
      yield ratioRow(`CPU with a timeline, ${size.label}, ${label}`, cpuTimes, MICROSECONDS, size.atMost);
    }
  }
}

async function compare(size: Size, rounds: number): Promise<Row[]> {
  const pairs = await measurePairs(size, rounds, 'bare');
  const cpuTimes = each(pairs, (sample) => sample.cpuMicroseconds);
  const throughput = each(pairs, (sample) => sample.fragmentsPerSecond);
  const roundTrips = each(pairs, (sample) => sample.roundTripMs);
  return [
    ratioRow(`CPU per fragment, ${size.label}`, cpuTimes, MICROSECONDS, size.atMost),
    ratioRow(`throughput, ${size.label}`, throughput, PER_SECOND),
    ratioRow(`round trip p50, ${WINDOW} in flight, ${size.label}`, roundTrips, MILLISECONDS),
  ];
}

function measurePairs(
  size: Size,
  rounds: number,
  against: ServerKind,
  uncounted = UNCOUNTED_ROUNDS,
  nodeOptions: readonly string[] = [],
): Promise<Pair<Sample>[]> {
  const load = { fragments: size.fragments, window: WINDOW, base64: base64Text(size.characters) };
  return withServers(
    async (servers) => {
      const pairs = await interleave(uncounted + rounds, (side) => measure(servers[side], load, size.warmUp));
      return pairs.slice(uncounted);
    },
    against,
    nodeOptions,
  );
}

/** One stream on a connection of its own. */
async function measure(server: ServerProcess, load: Load, warmUp: number): Promise<Sample> {
  return withWorker(server.url, async (worker) => {
    await worker.stream({ ...load, fragments: warmUp });
    const before = await server.usage();
    const startedAt = performance.now();
    const roundTrips = await worker.stream(load);
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await server.usage();
    return {
      cpuMicroseconds: (after.cpuMicroseconds - before.cpuMicroseconds) / load.fragments,
      fragmentsPerSecond: load.fragments / seconds,
      roundTripMs: median(roundTrips),
    };
  });
}
