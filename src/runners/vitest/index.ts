/**
 * `echo-sts/vitest`: a `test` that has a fixture of its own, and one that has its part of a server shared by all files.
 * Registers the matchers. Reads the result of a test from vitest; `finishTest` decides what is done then.
 */

import { test as base, expect, type TestAPI, type TestContext } from 'vitest';
import { createEchoSts } from '../../fixture/create-echo-sts.js';
import type { EchoSts } from '../../handle/handle.js';
import { matchers } from '../../matchers/index.js';
import type { EchoStsOptions } from '../../options/options.js';
import { endBody } from '../body-end.js';
import { finishTest, type TestHandle, type TestResult } from '../finish-test.js';
import { strictByDefault } from '../per-test.js';
import { connectToShared, nextStreamPrefix, type SharedEchoSts } from '../shared-scope.js';
import { merging } from './merging-options.js';
import { isTestRunning, onBodyEnd } from './running-test.js';

export type { RemoteScope } from '../../control/any-handle.js';
export { matchers } from '../../matchers/index.js';
export type { SharedEchoSts } from '../shared-scope.js';
// Brings along what `inject` knows of.
export type { EchoStsGlobalSetup } from './global-setup.js';

expect.extend(matchers);

/** What a test can ask for. */
export interface EchoStsFixtures {
  /**
   * What the fixture is started with, strict unless it says otherwise. A suite sets it with `test.override({ echoSts: { … } })`, until
   * vitest 4.0 `test.scoped`: that is added to what the outer suite says. In a test it throws an `EchoStsError` (`INVALID_OPTION`).
   */
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
export const test: TestAPI<EchoStsFixtures> = merging(
  base.extend<EchoStsFixtures>({
    echoSts: {},
    sts: async ({ echoSts, task, onTestFinished }, use) => {
      const sts = await createEchoSts(strictByDefault(echoSts));
      await begin(sts, task, onTestFinished);
      await use(sts);
    },
  }),
  () => running > 0 || isTestRunning(),
);

/** The same. */
export const it: TestAPI<EchoStsFixtures> = test;

/** What a test can ask for that shares a server with others. */
export interface SharedEchoStsFixtures extends SharedEchoSts {
  /** The address of the shared server, as the global setup provides it; without it, `ECHO_STS_CONTROL` of the environment. */
  echoStsControl: string;
}

/**
 * vitest's `test`, with a scope of its own for each test on the server that `echo-sts/vitest/global-setup` or
 * `npx echo-sts -- vitest` has started: its own rules, expectations, waits and timeline. What becomes of it when the test
 * has ended is as with `test`; it is strict, whatever the server's option says. Without such a server it fails with an `EchoStsError` (`INVALID_OPTION`).
 *
 * @example
 * import { sharedTest as test } from 'echo-sts/vitest';
 *
 * test('every fragment comes back', async ({ url, sts, streamPrefix }) => {
 *   await runMyWorker({ url, streamId: `${streamPrefix}news` });
 *   await sts.waitForSession({ state: 'completed' });
 * });
 */
export const sharedTest: TestAPI<SharedEchoStsFixtures> = base.extend<SharedEchoStsFixtures>({
  echoStsControl: ['', { scope: 'worker', injected: true }],
  server: [
    async ({ echoStsControl }, use) => {
      const server = await connectToShared('sharedTest', echoStsControl);
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
  url: ({ server }, use) => server.url.then(use),
  // vitest reads in the source which fixtures are needed: a pattern has to stand there.
  streamPrefix: ({ server: _ }, use) => use(nextStreamPrefix()),
  sts: async ({ server, streamPrefix, task, onTestFinished }, use) => {
    const scope = await server.scope({ streamId: streamPrefix, conduct: 'strict' });
    await begin(scope, task, onTestFinished);
    await use(scope);
  },
});

type Task = TestContext['task'];

const OUTCOMES: Readonly<Record<string, TestResult['outcome']>> = { pass: 'passed', fail: 'failed', skip: 'skipped' };

/** How many tests have a handle at the moment. */
let running = 0;

async function begin(handle: TestHandle, task: Task, onTestFinished: TestContext['onTestFinished']): Promise<void> {
  running += 1;
  // What is thrown behind `use` is listed twice.
  onTestFinished(async () => {
    running -= 1;
    await end(handle, task);
  });
  await onBodyEnd(task, () => endBody(handle, task.result?.state === 'fail'));
}

/** vitest lists what is thrown here after the errors of the test. */
async function end(handle: TestHandle, { result }: Task): Promise<void> {
  const report = await finishTest(handle, {
    outcome: OUTCOMES[result?.state ?? ''] ?? 'unknown',
    errors: result?.errors ?? [],
  });
  if (report !== undefined) throw report;
}
