/**
 * `npm run test:pack`: packs what npm would publish, checks it, and lets users of every kind install and run it.
 * Knows in which order; what is checked is in the files beside it.
 */

import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './command.js';
import { INSTALLATIONS } from './consumers.js';
import { checkContainer } from './container.js';
import { checkContents } from './contents.js';
import { consume, install } from './installation.js';
import { PEERS } from './peers.js';
import { checkSize } from './size.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const counts = { passed: 0, failed: 0 };

const folder = await mkdtemp(join(await realpath(tmpdir()), 'echo-sts-pack-'));
try {
  await checkAll();
} finally {
  await rm(folder, { recursive: true, force: true });
}
print(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;

async function checkAll(): Promise<void> {
  const tarball = await check('npm pack', pack);
  if (tarball === undefined) return;
  await check('publint --strict', () => runHere('publint', '--strict', tarball));
  await check('attw', () => runHere('attw', tarball));
  await check('install size', async () => print(`   ${await checkSize(tarball, folder)}`));
  await check('examples/docker', () => checkContainer(tarball, join(ROOT, 'examples', 'docker'), folder));
  for (const [index, installation] of [...INSTALLATIONS, ...PEERS].entries()) {
    const installed = join(folder, `installation-${index}`);
    const place = await check(`npm install (${installation.name})`, () => install(installation, tarball, installed));
    if (place === undefined) continue;
    if (index === 0) await check('contents', () => checkContents(place, ROOT));
    for (const consumer of installation.consumers) {
      await check(consumer.name, () => consume(consumer, installed));
    }
  }
}

/** Builds first: that is the package's own `prepack`. */
async function pack(): Promise<string> {
  await run('npm', ['pack', '--pack-destination', folder], ROOT);
  const [tarball] = (await readdir(folder)).filter((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  return join(folder, tarball);
}

function runHere(tool: string, ...args: string[]): Promise<string> {
  return run(join(ROOT, 'node_modules', '.bin', tool), args, ROOT);
}

/** One line of the report, and on failure all that is known of it. Resolves with undefined then. */
async function check<Result>(name: string, work: () => Promise<Result>): Promise<Result | undefined> {
  const startedAt = performance.now();
  const line = (verdict: string) =>
    print(`${verdict} ${name} ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  try {
    const result = await work();
    counts.passed += 1;
    line('ok');
    return result;
  } catch (error) {
    counts.failed += 1;
    line('FAILED');
    print(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
