/** One server for all test files. */

import { echoStsSetup } from 'echo-sts/vitest/global-setup';

export default echoStsSetup({ delayMs: 5 });
