/** `npm test`: every test file but those of `test:slow` and `test:browser`. */

import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import base from './base.vitest.config.js';

/** What needs minutes, or a browser, which not every machine has; and what tests have written. */
const ELSEWHERE = ['test/**/*.slow.test.ts', 'test/browser/**', 'test/tmp/**'];
/**
 * What needs a process for each file: it replaces modules or the timers of the process, or has another environment. All
 * others share one for each worker: to start a process and load the library costs more than most files do. A test that
 * leaves something behind is then found out, as it would be in a user's run.
 */
const ISOLATED = [
  'test/clock/{global-clock,overdue-timers}.test.ts',
  'test/fixture/{fake-timers,jsdom}.test.ts',
  'test/runners/use-echo-sts.test.ts',
];

export default mergeConfig(
  base,
  defineConfig({
    test: {
      globalSetup: ['test/support/clean.ts'],
      // On two cores: many tests wait in real time, for a timeout or for a process that they have started.
      maxWorkers: 3,
      reporters: ['default', ['json', { outputFile: 'coverage/tests.json' }]],
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
      projects: [
        {
          extends: true,
          test: {
            name: 'shared',
            include: ['test/**/*.test.ts'],
            exclude: [...configDefaults.exclude, ...ELSEWHERE, ...ISOLATED],
            isolate: false,
          },
        },
        {
          extends: true,
          test: { name: 'isolated', include: ISOLATED, exclude: [...configDefaults.exclude, ...ELSEWHERE] },
        },
      ],
    },
  }),
);
