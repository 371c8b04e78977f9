/**
 * `echo-sts/vitest`: a `test` that has a fixture of its own, and one that has its part of a server shared by all files.
 * Registers the matchers. Knows how vitest says that a test has failed; what is done then is decided in `runners/`.
 */

import { test as base, expect, type TestAPI, type TestContext } from 'vitest';
import { createEchoSts } from '../create-echo-sts.js';
import type { EchoSts } from '../handle.js';
import { matchers } from '../matchers/index.js';
import type { EchoStsOptions } from '../options.js';
import { type Concluded, conclude, type Ending } from '../runners/conclusion.js';

export { matchers } from '../matchers/index.js';
// Brings along what `inject` knows of.
export type { EchoStsGlobalSetup } from './global-setup.js';

expect.extend(matchers);

/** What a test can ask for. */
export interface EchoStsFixtures {
  /** What the fixture is started with; a suite sets it with `test.override({ echoSts: { … } })`. */
  echoSts: EchoStsOptions;
  /** A server for this test alone, in the process that the test runs in. Verified and closed when the test has ended. */
  sts: EchoSts;
}

/**
 * vitest's `test`, with a fixture for each test that asks for `sts`. When the test has ended it is verified, which makes
 * the test fail if something is missing, and closed. A test that fails is told the timeline besides its own error.
 *
 * @example
 * import { test } from 'echo-sts/vitest';
 *
 * test('every fragment comes back', async ({ sts }) => {
 *   await runMyWorker({ url: sts.url, streamId: 'news' });
 *   await sts.waitForSession({ streamId: 'news', state: 'completed' });
 * });
 */
export const test: TestAPI<EchoStsFixtures> = base.extend<EchoStsFixtures>({
  echoSts: {},
  sts: async ({ echoSts, task, onTestFinished }, use) => {
    const sts = await createEchoSts(echoSts);
    // What is thrown behind `use` is listed twice.
    onTestFinished(() => end(sts, task));
    await use(sts);
  },
});

/** The same. */
export const it: TestAPI<EchoStsFixtures> = test;

type Task = TestContext['task'];

const OUTCOMES: Readonly<Record<string, Ending['outcome']>> = { pass: 'passed', fail: 'failed', skip: 'skipped' };

/** vitest lists what is thrown now behind what the test has thrown. */
async function end(handle: Concluded, { result }: Task): Promise<void> {
  const report = await conclude(handle, {
    outcome: OUTCOMES[result?.state ?? ''] ?? 'unknown',
    errors: result?.errors ?? [],
  });
  if (report !== undefined) throw report;
}
