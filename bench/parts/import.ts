/** How long a cold process takes until its server listens: with ES modules, and with CommonJS. */

import { MILLISECONDS, type Row, ratioRow } from '../report.js';
import { type ModuleKind, ServerProcess, type Side } from '../server-process.js';
import { each, interleave } from '../statistics.js';

const DEFAULT_ROUNDS = 21;
const VERBS: Readonly<Record<ModuleKind, string>> = { mjs: 'import', cjs: 'require' };

export async function* coldImport(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  for (const [modules, verb] of Object.entries(VERBS)) {
    // The first round reads the files from the disk.
    const [, ...pairs] = await interleave(rounds + 1, (side) => measure(side, modules as ModuleKind));
    const listening = each(pairs, (sample) => sample.listeningAfterMs);
    yield ratioRow(`${verb} → listening`, listening, MILLISECONDS, 0.75);
    const lifetimes = each(pairs, (sample) => sample.lifetimeMs);
    yield ratioRow('the same process from fork to exit', lifetimes, MILLISECONDS);
  }
}

async function measure(side: Side, modules: ModuleKind): Promise<{ listeningAfterMs: number; lifetimeMs: number }> {
  const startedAt = performance.now();
  const server = await ServerProcess.start(side, [], modules);
  await server.stop();
  return { listeningAfterMs: server.listeningAfterMs, lifetimeMs: performance.now() - startedAt };
}
