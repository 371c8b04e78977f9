/** The tests that `npm run test:mutation` asks: those of `test/core` alone. */

import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../base.vitest.config.js';

export default mergeConfig(base, defineConfig({ test: { include: ['test/core/**/*.test.ts'], isolate: false } }));
