/** How much is installed: the package with all that it brings along, against socket.io alone. */

import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.js';

/** What the package may add to what socket.io takes anyway; a fourth of it is its pages. */
const MOST_BYTES = 1_350_000;

/** Resolves with what there is to say of it; rejects when it is too much. */
export async function checkSize(tarball: string, folder: string): Promise<string> {
  const ours = await installedBytes({ 'echo-sts': `file:${tarball}` }, join(folder, 'size-of-echo-sts'));
  const bare = await installedBytes({ 'socket.io': '^4.8.4' }, join(folder, 'size-of-socket.io'));
  const words = `${kilobytes(ours)} installed, socket.io alone ${kilobytes(bare)}: ${kilobytes(ours - bare)} more`;
  assert.ok(ours - bare <= MOST_BYTES, `${words}, and at most ${kilobytes(MOST_BYTES)} are to be added`);
  return words;
}

async function installedBytes(dependencies: Readonly<Record<string, string>>, folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'], folder);
  const places = await readdir(join(folder, 'node_modules'), { recursive: true, withFileTypes: true });
  const files = places.filter((place) => place.isFile()).map(({ parentPath, name }) => stat(join(parentPath, name)));
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed()} KB`;
}
