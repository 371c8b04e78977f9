/** `echo-sts/jest`: a fixture for each test, with jest's hooks. Registers the matchers. */

import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { EchoSts } from '../../handle/handle.js';
import { matchers } from '../../matchers/index.js';
import { fixturePerTest, type OptionsOfEachTest, type PerTest } from '../per-test.js';
import { type SharedEchoSts, scopePerTest } from '../shared-scope.js';
import { definedBlock, putFirst, runningTestResult } from './running-test.js';

export type { RemoteScope } from '../../control/any-handle.js';
export { matchers } from '../../matchers/index.js';
export type { OptionsOfEachTest } from '../per-test.js';
export type { SharedEchoSts } from '../shared-scope.js';

expect.extend(matchers);

/**
 * Gives each test of this file, or of the enclosing `describe` block, its own fixture. The returned object has the
 * members of the fixture of the running test. After each test the fixture is verified, which fails the test if
 * something is wrong, and closed. A failed test also reports the timeline. Reading a member before the first test or in
 * a concurrent test throws an `EchoStsError` (`CLOSED`). With invalid options each test fails (`INVALID_OPTION`).
 *
 * @example
 * const sts = useEchoSts({ delayMs: 40 });
 *
 * test('every fragment comes back', async () => {
 *   await runMyWorker({ url: sts.url, streamId: 'news' });
 *   await sts.waitForSession({ streamId: 'news', state: 'completed' });
 * });
 */
export function useEchoSts(options: OptionsOfEachTest = {}): EchoSts {
  const block = definedBlock();
  return registerHooks(fixturePerTest(options, () => block));
}

/**
 * Gives each test of this file, or of the enclosing `describe` block, its own scope on the server that
 * `echo-sts/jest/global-setup` or `npx echo-sts -- jest` has started, with separate rules, expectations, waits and
 * timeline. After each test the scope is verified and closed, as with `useEchoSts`. Without such a server the test
 * fails with an `EchoStsError` (`INVALID_OPTION`).
 *
 * @example
 * const shared = useSharedEchoSts();
 *
 * test('every fragment comes back', async () => {
 *   const { url, sts, streamPrefix } = shared;
 *   await runMyWorker({ url, streamId: `${streamPrefix}news` });
 *   await sts.waitForSession({ state: 'completed' });
 * });
 */
export function useSharedEchoSts(): SharedEchoSts {
  const shared = scopePerTest();
  afterAll(shared.disconnect);
  return registerHooks(shared);
}

function registerHooks<Value>({ accessor, start, bodyEnded, end }: PerTest<Value>): Value {
  const block = definedBlock();
  // No parameter: jest would treat it as a callback.
  const ended = () => bodyEnded(runningTestResult().outcome === 'failed');
  beforeEach(() => start());
  afterEach(ended);
  // Hooks of inner suites run before those of outer ones, and the user's hooks may be registered earlier.
  beforeAll(() => putFirst(block, ended));
  afterEach(async () => {
    // jest lists what a hook throws after the errors of the test.
    const report = await end(runningTestResult());
    if (report !== undefined) throw report;
  });
  return accessor;
}
