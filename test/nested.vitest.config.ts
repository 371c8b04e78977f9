/** For the test files that are snippets and examples: `snippets.test.ts` and the tests of the runners run them in a vitest of their own. */

import { defineConfig, mergeConfig } from 'vitest/config';
import base from './base.vitest.config.js';

export default mergeConfig(
  base,
  defineConfig({
    test: {
      include: [
        'examples/{,first-test/,failing/,explore/}*.test.ts',
        'test/tmp/**/*.test.ts',
        'test/runners/inner/*.ts',
      ],
      // Each file in a realm of its own, as in a user's run, but not in a process of its own, which takes longer to start.
      pool: 'threads',
      maxWorkers: 1,
      // Files that share a realm meet what the one before has left behind, in whatever order they run.
      setupFiles: ['test/support/real-timers.ts'],
    },
  }),
);
