/** Many streams at once on one server, three fragments in flight on each: that all goes well, throughput, memory. */

import { WINDOW } from '../fragment-cost.js';
import { errorRow, KILOBYTES, PER_SECOND, type Row, ratioRow } from '../report.js';
import { type Side, withServer } from '../server-process.js';
import { each, interleave, type Pair } from '../statistics.js';
import { base64Text, connectAll, type Worker, withWorker } from '../worker.js';

const SESSIONS = [1, 10, 100, 1000, 5000];
/** With fewer, free pages of the process take them in, and it hardly grows. */
const FEWEST_FOR_MEMORY = 1000;
/** Of all streams together, in each pass. */
const FRAGMENTS = 4000;
/** Before memory is looked at. */
const WARM_UP = 1000;
/** Not counted: the collection before memory is looked at slows the server down for thousands of fragments. */
const UNCOUNTED_PASSES = 3;
const BASE64 = base64Text(4096);
const DEFAULT_ROUNDS = 3;

interface Sample {
  readonly fragmentsPerSecond: number;
  readonly kilobytesPerSession: number;
}

export async function* sessions(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  for (const count of SESSIONS) {
    const { errors, pairs } = await tryAll(rounds, count);
    const total = `${rounds * count * fragmentsOf(count) * (UNCOUNTED_PASSES + 1)} fragments`;
    yield errorRow(`errors of streams with ${WINDOW} in flight each, ${streams(count)}`, errors, total);
    if (errors.length > 0) continue;
    const throughput = each(pairs, (sample) => sample.fragmentsPerSecond);
    yield ratioRow(`throughput, ${streams(count)}`, throughput, PER_SECOND);
    if (count < FEWEST_FOR_MEMORY) continue;
    const memory = each(pairs, (sample) => sample.kilobytesPerSession);
    yield ratioRow(`resident memory per stream, ${streams(count)}`, memory, KILOBYTES);
  }
}

/** A worker throws at the first error, disconnect, or fragment that is missing, changed or out of its turn. */
async function tryAll(rounds: number, count: number): Promise<{ errors: string[]; pairs: Pair<Sample>[] }> {
  try {
    return { errors: [], pairs: await interleave(rounds, (side) => measureNamed(side, count)) };
  } catch (error) {
    return { errors: [String(error)], pairs: [] };
  }
}

/** An error says on which side it was. */
async function measureNamed(side: Side, count: number): Promise<Sample> {
  try {
    return await measure(side, count);
  } catch (cause) {
    throw new Error(`${side}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** In a process of its own, so that the memory is that of these sessions. */
async function measure(side: Side, count: number): Promise<Sample> {
  return withServer(side, ['--expose-gc'], async (server) => {
    await withWorker(server.url, (worker) => worker.stream({ fragments: WARM_UP, window: WINDOW, base64: BASE64 }));
    const before = await server.usage();
    const workers = await connectAll(server.url, count);
    const after = await server.usage();
    for (let pass = 0; pass < UNCOUNTED_PASSES; pass += 1) await streamAll(workers);
    const fragmentsPerSecond = await streamAll(workers);
    for (const worker of workers) worker.close();
    return { fragmentsPerSecond, kilobytesPerSession: (after.rss - before.rss) / 1024 / count };
  });
}

/** Resolves with fragments per second, of all workers together. */
async function streamAll(workers: readonly Worker[]): Promise<number> {
  const fragments = fragmentsOf(workers.length);
  const startedAt = performance.now();
  await Promise.all(workers.map((worker) => worker.stream({ fragments, window: WINDOW, base64: BASE64 })));
  return (fragments * workers.length) / ((performance.now() - startedAt) / 1000);
}

/** Of each stream, in each pass: more than are in flight at once. */
function fragmentsOf(count: number): number {
  return Math.max(WINDOW + 1, Math.ceil(FRAGMENTS / count));
}

function streams(count: number): string {
  return count === 1 ? '1 stream' : `${count} streams`;
}
