/** How much is installed: this package with its pages, and nothing else. */

import assert from 'node:assert/strict';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.js';

/** Socket.IO is in it; a fourth of it is its pages. */
const MOST_BYTES = 2_200_000;
const PACKAGES = ['echo-sts'];

/** Resolves with what there is to say of it; rejects when it is too much. */
export async function checkSize(tarball: string, folder: string): Promise<string> {
  const project = join(folder, 'size');
  await mkdir(project);
  const manifest = { private: true, dependencies: { 'echo-sts': `file:${tarball}` } };
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'], project);
  const installed = join(project, 'node_modules');
  const packages = (await readdir(installed)).filter((name) => !name.startsWith('.'));
  assert.deepEqual(packages, PACKAGES, 'nothing else is to be installed');
  const bytes = await bytesIn(installed);
  const words = `${kilobytes(bytes)} installed, packages: ${packages.length}`;
  assert.ok(bytes <= MOST_BYTES, `${words}, and at most ${kilobytes(MOST_BYTES)} are to be`);
  return words;
}

async function bytesIn(folder: string): Promise<number> {
  const places = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = places.filter((place) => place.isFile()).map(({ parentPath, name }) => stat(join(parentPath, name)));
  return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed()} KB`;
}
