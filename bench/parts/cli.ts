/** How long the program takes from its call until it says that it listens: whole processes, loading Node included. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MILLISECONDS, type Row, ratioRow } from '../report.js';
import type { Side } from '../server-process.js';
import { interleave } from '../statistics.js';

const DEFAULT_ROUNDS = 21;
const PROGRAMS: Readonly<Record<Side, readonly string[]>> = {
  echo: [path('../../dist/cli.js'), '--port', '0'],
  bare: [path('../servers/script.mjs')],
};

export async function* cli(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  // The first round reads the files from the disk.
  const [, ...pairs] = await interleave(rounds + 1, measure);
  yield ratioRow('program → listening', pairs, MILLISECONDS);
}

async function measure(side: Side): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, PROGRAMS[side], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const listeningAfterMs = performance.now() - startedAt;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
  return listeningAfterMs;
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
