/** `npm run test:count`: the tests of `npm test`, and how many of them start no server. */

import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig } from 'vitest/config';
import { CountReporter } from './support/count-reporter.js';
import config from './vitest.config.js';

const setup = fileURLToPath(new URL('support/count-servers.ts', import.meta.url));

export default mergeConfig(
  { ...config, test: { ...config.test, reporters: [] } },
  defineConfig({ test: { reporters: ['default', new CountReporter()], setupFiles: [setup] } }),
);
