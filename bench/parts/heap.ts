/** Whether a process that starts and closes servers all day grows. */

import { MEGABYTES, type Row, valueRow } from '../report.js';
import { type ServerProcess, withServer } from '../server-process.js';
import { base64Text, withWorker } from '../worker.js';

/** By then everything that is made once has been made. */
const FIRST_CYCLES = 100;
const CYCLES = 1000;
const BASE64 = base64Text(4096);

export async function* heap(): AsyncGenerator<Row> {
  const growth = await withServer('echo', ['--expose-gc'], async (server) => {
    const before = await heapAfter(server, FIRST_CYCLES);
    return (await heapAfter(server, CYCLES - FIRST_CYCLES)) - before;
  });
  yield valueRow(`heap growth from server ${FIRST_CYCLES} to ${CYCLES}`, [growth / 1024 / 1024], MEGABYTES);
}

async function heapAfter(server: ServerProcess, cycles: number): Promise<number> {
  for (let cycle = 0; cycle < cycles; cycle += 1) await liveOnce(server);
  return (await server.usage()).heapUsed;
}

/** A server, a stream, and away with both. */
async function liveOnce(server: ServerProcess): Promise<void> {
  await withWorker(await server.startSecond(), async (worker) => {
    await worker.stream({ fragments: 1, window: 1, base64: BASE64 });
    await worker.end();
    await server.closeSecond();
  });
}
