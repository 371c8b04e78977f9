/** For test files that share a server. */

import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import nested from '../../nested.vitest.config.js';

export default mergeConfig(nested, {
  test: { globalSetup: [fileURLToPath(new URL('../../../src/runners/vitest/global-setup.ts', import.meta.url))] },
});
