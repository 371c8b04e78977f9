/** What every run of vitest here has in common: where the package is found by its name, and how many workers there are. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const { compilerOptions } = JSON.parse(readFileSync(`${root}tsconfig.json`, 'utf8'));
/** README, examples and tests import the package by its own name, as its users do: what the compiler takes for it is taken here. */
const sources = Object.entries<string[]>(compilerOptions.paths).filter(([name]) => name.startsWith('echo-sts'));

export default defineConfig({
  root,
  resolve: {
    alias: [
      ...sources.map(([name, [source = '']]) => ({ find: new RegExp(`^${name}$`), replacement: root + source })),
      // What is used of it is the same here, and jest is not installed.
      { find: /^@jest\/globals$/, replacement: 'vitest' },
    ],
  },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    setupFiles: [fileURLToPath(new URL('support/lane.ts', import.meta.url))],
  },
});
