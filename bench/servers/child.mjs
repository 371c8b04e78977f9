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

/** Once it is asked for: a run that measures CPU does not pay for it. */
let collections;

/** A server beside the one that this process is for. */
let second;

const ANSWERS = {
  usage: async () => {
    await collectGarbage();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed } = process.memoryUsage();
    return { cpuMicroseconds: user + system, rss, heapUsed };
  },
  watchCollections: async () => {
    collections = await countCollections();
    return {};
  },
  collections: async () => ({ markCompacts: await collections() }),
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

/** Resolves with a function that resolves with the number of collections of everything since. */
async function countCollections() {
  const { constants, PerformanceObserver } = await import('node:perf_hooks');
  let markCompacts = 0;
  const count = (entries) => {
    for (const { detail } of entries) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) markCompacts += 1;
  };
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return async () => {
    // V8's last collections are handed to the observer in a later turn.
    for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    count(observer.takeRecords());
    return markCompacts;
  };
}

/** Only where `--expose-gc` asks for it: in a run that measures CPU a forced collection would be measured too. */
async function collectGarbage() {
  if (globalThis.gc === undefined) return;
  // Closed sockets are let go of in later turns.
  await new Promise((resolve) => setTimeout(resolve, 100));
  globalThis.gc();
  globalThis.gc();
}
