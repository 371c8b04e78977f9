/** What fragments of one size cost a server, three in flight: CPU time, and with it throughput and round-trip time. */

import { type ServerKind, type ServerProcess, withServers } from './server-process.js';
import { interleave, median, type Pair } from './statistics.js';
import { base64Text, type Load, withWorker } from './worker.js';

/** The `max_inflight` that a worker gets when it does not ask for another. */
export const WINDOW = 3;

export interface Size {
  readonly label: string;
  /** Of base64 text. */
  readonly characters: number;
  readonly fragments: number;
  /** Not counted. */
  readonly warmUp: number;
}

export interface Cost {
  readonly cpuMicroseconds: number;
  readonly fragmentsPerSecond: number;
  readonly roundTripMs: number;
}

export interface Comparison {
  readonly size: Size;
  readonly rounds: number;
  /** Rounds that are for the just-in-time compiler. */
  readonly uncounted: number;
  /** What is compared with what. */
  readonly kinds?: Pair<ServerKind>;
  readonly nodeOptions?: readonly string[];
}

/** Each round is a stream on a connection of its own, to one of the two processes. */
export function compareCosts({ size, rounds, uncounted, kinds, nodeOptions }: Comparison): Promise<Pair<Cost>[]> {
  const load = { fragments: size.fragments, window: WINDOW, base64: base64Text(size.characters) };
  return withServers(
    async (servers) => {
      const pairs = await interleave(uncounted + rounds, (side) => measure(servers[side], load, size.warmUp));
      return pairs.slice(uncounted);
    },
    kinds,
    nodeOptions,
  );
}

async function measure(server: ServerProcess, load: Load, warmUp: number): Promise<Cost> {
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
