/** For the test files that are examples: `examples.test.ts` and `pages.test.ts` run them in a vitest of their own. */

import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

export default mergeConfig(
  { ...base, test: { ...base.test, include: [], reporters: [] } },
  defineConfig({
    test: { include: ['examples/*.test.ts', 'test/tmp/**/*.test.ts', 'test/runners/{inner,tmp}/*.ts'], maxWorkers: 1 },
  }),
);
