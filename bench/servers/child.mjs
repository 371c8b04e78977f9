/** A server in a process of its own: measures its own start, then answers the benchmark's questions over IPC. */

import { createRequire } from 'node:module';

const [file] = process.argv.slice(2);
const require = createRequire(import.meta.url);

// The benchmark is gone or has had enough.
process.on('disconnect', () => process.exit());

const before = performance.now();
const { start } = file.endsWith('.cjs') ? require(`./${file}`) : await import(`./${file}`);
const { url } = await start();
process.send({ url, listeningAfterMs: performance.now() - before });

/** A server beside the one that this process is for. */
let second;

const ANSWERS = {
  usage: async () => {
    await collectGarbage();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return { cpuMicroseconds: user + system, rss, heapUsed };
  },
  start: async () => {
    second = await start();
    return { url: second.url };
  },
  close: async () => {
    const startedAt = performance.now();
    await second.close();
    second = undefined;
    return { durationMs: performance.now() - startedAt };
  },
  startAndClose: async () => {
    const startedAt = performance.now();
    const server = await start();
    await server.close();
    return { durationMs: performance.now() - startedAt };
  },
};

process.on('message', async (question) => process.send(await ANSWERS[question]()));

/** Only where `--expose-gc` asks for it: in a run that measures CPU a forced collection would be measured too. */
async function collectGarbage() {
  if (globalThis.gc === undefined) return;
  // Closed sockets are let go of in later turns.
  await new Promise((resolve) => setTimeout(resolve, 100));
  globalThis.gc();
  globalThis.gc();
}
