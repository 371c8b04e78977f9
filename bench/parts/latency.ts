/** What a worker waits for: one fragment after the other, and a whole short stream. */

import { MILLISECONDS, type Row, ratioRow, valueRow } from '../report.js';
import { type ServerProcess, withServers } from '../server-process.js';
import { interleave, median } from '../statistics.js';
import { base64Text, withWorker } from '../worker.js';

const BASE64 = base64Text(131_072);
const WARM_UP = 50;
const FRAGMENTS = 300;
const DEFAULT_ROUNDS = 15;

export async function* latency(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  yield* await withServers(async (servers) => {
    // The first round is for the just-in-time compiler.
    const [, ...pairs] = await interleave(rounds + 1, (side) => roundTrip(servers[side]));
    const streams: number[] = [];
    for (let round = 0; round < rounds; round += 1) streams.push(await shortStream(servers.echo));
    return [
      ratioRow('round trip p50 of 128 KB, 1 in flight', pairs, MILLISECONDS),
      valueRow('10 fragments, connect → stream:complete', streams, MILLISECONDS),
    ];
  });
}

async function roundTrip(server: ServerProcess): Promise<number> {
  return withWorker(server.url, async (worker) => {
    await worker.stream({ fragments: WARM_UP, window: 1, base64: BASE64 });
    return median(await worker.stream({ fragments: FRAGMENTS, window: 1, base64: BASE64 }));
  });
}

async function shortStream(server: ServerProcess): Promise<number> {
  const startedAt = performance.now();
  return withWorker(server.url, async (worker) => {
    await worker.stream({ fragments: 10, window: 3, base64: BASE64 });
    await worker.end();
    return performance.now() - startedAt;
  });
}
