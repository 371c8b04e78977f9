import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

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
    include: ['test/**/*.test.ts'],
    // Not every machine has one: `npm run test:browser`.
    exclude: [...configDefaults.exclude, 'test/browser/**'],
    reporters: ['default', ['json', { outputFile: 'coverage/tests.json' }]],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: {
        lines: 90,
        branches: 90,
        functions: 90,
        statements: 90,
        'src/core/**': { lines: 100, branches: 95 },
      },
    },
  },
});
