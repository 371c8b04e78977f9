/** What a server per test costs: start and close, in a process where another one is up. */

import { MILLISECONDS, type Row, ratioRow, valueRow } from '../report.js';
import { withServers } from '../server-process.js';
import { interleave } from '../statistics.js';

const DEFAULT_ROUNDS = 51;

export async function* close(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  // The first round is for the just-in-time compiler.
  const [, ...pairs] = await withServers((servers) => interleave(rounds + 1, (side) => servers[side].startAndClose()));
  const durations = pairs.map(({ echo }) => echo);
  yield valueRow('start + close of a second server', durations, MILLISECONDS, 10);
  yield ratioRow('the same against bare Socket.IO', pairs, MILLISECONDS);
}
