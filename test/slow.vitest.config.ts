/** `npm run test:slow`: what needs minutes, for its sizes or because it waits in real time. */

import { defineConfig, mergeConfig } from 'vitest/config';
import base from './base.vitest.config.js';

export default mergeConfig(
  base,
  defineConfig({
    test: {
      globalSetup: ['test/support/clean.ts'],
      include: ['test/**/*.slow.test.ts'],
      reporters: ['default', ['json', { outputFile: 'coverage/slow.json' }]],
      testTimeout: 60_000,
    },
  }),
);
