/** `echo-sts/jest/global-teardown`: closes the server that `echo-sts/jest/global-setup` started. */

import { take } from './shared.js';

/** `globalTeardown: 'echo-sts/jest/global-teardown'`. Resolves within a second. Does nothing without a server. */
export default async function teardown(): Promise<void> {
  await take()?.stop();
}
