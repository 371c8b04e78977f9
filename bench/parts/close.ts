/** What a server per test costs: start and close, in a process where another one is up; and what it costs to close a large one. */

import { MILLISECONDS, type Row, ratioRow, valueRow } from '../report.js';
import { withServer, withServers } from '../server-process.js';
import { interleave } from '../statistics.js';
import { connectAll } from '../worker.js';

const DEFAULT_ROUNDS = 51;
const WORKERS = 5000;
/** Each takes as long as the workers take to connect. */
const MOST_CLOSES = 5;

export async function* close(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  // The first round is for the just-in-time compiler.
  const [, ...pairs] = await withServers((servers) => interleave(rounds + 1, (side) => servers[side].startAndClose()));
  const durations = pairs.map(({ echo }) => echo);
  yield valueRow('start and close of a second server', durations, MILLISECONDS);
  yield ratioRow('the same against bare Socket.IO', pairs, MILLISECONDS);
  const closes: number[] = [];
  while (closes.length < Math.min(rounds, MOST_CLOSES)) closes.push(await closeUnderWorkers());
  yield valueRow(`close() with ${WORKERS} streams`, closes, MILLISECONDS);
}

/** In a process of its own, in which nothing has been compiled: a test closes its server once. */
async function closeUnderWorkers(): Promise<number> {
  return withServer('echo', [], async (server) => {
    await connectAll(await server.startSecond(), WORKERS);
    return server.closeSecond();
  });
}
