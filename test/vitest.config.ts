import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  // README, examples and tests import the package by its own name, as its users do.
  resolve: {
    alias: [
      { find: /^echo-sts$/, replacement: `${root}src/index.ts` },
      { find: /^echo-sts\/(core|matchers|vitest|jest|node)$/, replacement: `${root}src/$1/index.ts` },
      { find: /^echo-sts\/((?:vitest|jest)\/[\w-]+)$/, replacement: `${root}src/$1.ts` },
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
