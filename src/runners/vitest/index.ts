/**
 * `echo-sts/vitest`: a `test` with its own fixture, and one with a scope on a server that all files share.
 * Registers the matchers. Reads the result of a test from vitest; `finishTest` decides what to do with it.
 */

import { test as base, expect, type TestAPI, type TestContext } from 'vitest';
import type { EchoSts } from '../../handle/handle.js';
import type { EchoStsOptions } from '../../options/options.js';
import type { TestHandle, TestResult } from '../finish-test.js';
import type { SharedEchoSts } from '../shared-scope.js';
import {
  connectToShared,
  createEchoSts,
  endBody,
  finishTest,
  matchers,
  nextStreamPrefix,
  strictByDefault,
} from './library.js';
import { merging } from './merging-options.js';
import { isTestRunning, onBodyEnd } from './running-test.js';

export type { RemoteScope } from '../../control/any-handle.js';
export type { SharedEchoSts } from '../shared-scope.js';
// Also augments the types of `inject`.
export type { EchoStsGlobalSetup } from './global-setup.js';
export { matchers } from './library.js';

expect.extend(matchers);

/** The fixtures of a test. */
export interface EchoStsFixtures {
  /**
   * The options of the fixture; `conduct` defaults to `'strict'`. A suite sets them with `test.override({ echoSts: { …
   * } })`, or `test.scoped` until vitest 4.0. They are added to those of the outer suite. Setting them in a test throws
   * an `EchoStsError` (`INVALID_OPTION`).
   */
  echoSts: EchoStsOptions;
  /** A server for this test alone, in the same process. Verified and closed after the test. */
  sts: EchoSts;
}

/**
 * vitest's `test`, with a fixture for each test that uses `sts`. After the test the fixture is verified, which fails
 * the test if something is wrong, and closed. A failed test also reports the timeline.
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

/** An alias of `test`. */
export const it: TestAPI<EchoStsFixtures> = test;

/** The fixtures of a test that shares a server with others. */
export interface SharedEchoStsFixtures extends SharedEchoSts {
  /**
   * The address of the shared server. Defaults to that of the global setup, then to the environment variable
   * `ECHO_STS_CONTROL`.
   */
  echoStsControl: string;
}

/**
 * vitest's `test`, with a scope for each test on the server that `echo-sts/vitest/global-setup` or `npx echo-sts --
 * vitest` has started, with separate rules, expectations, waits and timeline. After the test the scope is verified and
 * closed, as with `test`. It is strict, regardless of the server's option. Without such a server the test fails with an
 * `EchoStsError` (`INVALID_OPTION`).
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
  // vitest reads the required fixtures from the source, so the parameter must be a pattern.
  streamPrefix: ({ server: _ }, use) => use(nextStreamPrefix()),
  sts: async ({ server, streamPrefix, task, onTestFinished }, use) => {
    const scope = await server.scope({ streamId: streamPrefix, conduct: 'strict' });
    await begin(scope, task, onTestFinished);
    await use(scope);
  },
});

type Task = TestContext['task'];

const OUTCOMES: Readonly<Record<string, TestResult['outcome']>> = { pass: 'passed', fail: 'failed', skip: 'skipped' };

/** Number of tests that currently have a handle. */
let running = 0;

async function begin(handle: TestHandle, task: Task, onTestFinished: TestContext['onTestFinished']): Promise<void> {
  running += 1;
  // vitest would list an error thrown after `use` twice.
  onTestFinished(async () => {
    running -= 1;
    await end(handle, task);
  });
  await onBodyEnd(task, () => endBody(handle, task.result?.state === 'fail'));
}

/** vitest lists an error thrown here after the errors of the test. */
async function end(handle: TestHandle, { result }: Task): Promise<void> {
  const report = await finishTest(handle, {
    outcome: OUTCOMES[result?.state ?? ''] ?? 'unknown',
    errors: result?.errors ?? [],
  });
  if (report !== undefined) throw report;
}
