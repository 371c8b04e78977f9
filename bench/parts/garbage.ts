/** What large fragments leave behind: how often V8 collects everything, and how much memory the process then has. */

import { WINDOW } from '../fragment-cost.js';
import { countRow, MEGABYTES, type Row, ratioRow } from '../report.js';
import { type Side, withServer } from '../server-process.js';
import { each, interleave } from '../statistics.js';
import { base64Text, withWorker } from '../worker.js';

const LOAD = { fragments: 2000, window: WINDOW, base64: base64Text(131_072) };
const DEFAULT_ROUNDS = 5;

interface Sample {
  readonly markCompacts: number;
  readonly megabytes: number;
}

export async function* garbage(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  const pairs = await interleave(rounds, measure);
  const load = `${LOAD.fragments} fragments of 128 KB`;
  yield countRow(
    `mark-compacts in ${load}`,
    each(pairs, (sample) => sample.markCompacts),
  );
  const memory = each(pairs, (sample) => sample.megabytes);
  yield ratioRow(`resident memory after ${load}`, memory, MEGABYTES);
}

/** In a process of its own: the heap of one that has run for a while has its size already. */
async function measure(side: Side): Promise<Sample> {
  return withServer(side, [], async (server) => {
    await server.watchCollections();
    await withWorker(server.url, (worker) => worker.stream(LOAD));
    const [{ markCompacts }, { rss }] = [await server.collections(), await server.usage()];
    return { markCompacts, megabytes: rss / 1024 / 1024 };
  });
}
