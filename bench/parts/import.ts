/** How long a cold process takes until its server listens. */

import { MILLISECONDS, type Row, ratioRow } from '../report.js';
import { ServerProcess, type Side } from '../server-process.js';
import { each, interleave } from '../statistics.js';

const DEFAULT_ROUNDS = 21;

export async function* coldImport(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  // The first round reads the files from the disk.
  const [, ...pairs] = await interleave(rounds + 1, measure);
  const listening = each(pairs, (sample) => sample.listeningAfterMs);
  yield ratioRow('import → listening', listening, MILLISECONDS, 1.25);
  const lifetimes = each(pairs, (sample) => sample.lifetimeMs);
  yield ratioRow('the same process from fork to exit', lifetimes, MILLISECONDS);
}

async function measure(side: Side): Promise<{ listeningAfterMs: number; lifetimeMs: number }> {
  const startedAt = performance.now();
  const server = await ServerProcess.start(side);
  await server.stop();
  return { listeningAfterMs: server.listeningAfterMs, lifetimeMs: performance.now() - startedAt };
}
