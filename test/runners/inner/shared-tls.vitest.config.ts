/** For test files that share a server over TLS. */

import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import nested from '../../nested.vitest.config.js';

export default mergeConfig(nested, {
  test: { globalSetup: [fileURLToPath(new URL('tls-global-setup.ts', import.meta.url))] },
});
