/** What a runner does with a global setup, in a process that nobody ends. Prints how long the teardown has taken. */

import jestSetup from 'echo-sts/jest/global-setup';
import jestTeardown from 'echo-sts/jest/global-teardown';
import vitestSetup from 'echo-sts/vitest/global-setup';
import { begin, send } from './worker.js';

const teardown = await vitestSetup({ provide: () => undefined });
await jestSetup({}, { globals: { echoSts: { delayMs: 600_000 } } });
const url = process.env['ECHO_STS_URL'] ?? '';
send(await begin(url), 0);
const startedAt = performance.now();
await jestTeardown();
await teardown();
process.stdout.write(`${performance.now() - startedAt}\n`);
