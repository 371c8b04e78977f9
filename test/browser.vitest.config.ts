/** For the tests that need a browser, which not every machine has: `npm run test:browser`. */

import { defineConfig, mergeConfig } from 'vitest/config';
import base from './base.vitest.config.js';

export default mergeConfig(
  base,
  defineConfig({ test: { include: ['test/browser/*.test.ts'], reporters: ['tree'], testTimeout: 60_000 } }),
);
