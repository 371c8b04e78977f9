/** `echo-sts/node`: a fixture for each test, with the hooks of `node:test`. */

import { after, afterEach, before, beforeEach, type TestContext } from 'node:test';
import type { EchoSts } from '../../handle/handle.js';
import type { TestResult } from '../finish-test.js';
import { fixturePerTest, type OptionsOfEachTest, type PerTest } from '../per-test.js';
import { type SharedEchoSts, scopePerTest } from '../shared-scope.js';

export type { RemoteScope } from '../../control/any-handle.js';
export type { OptionsOfEachTest } from '../per-test.js';
export type { SharedEchoSts } from '../shared-scope.js';

/**
 * Gives each test of this file, or of the enclosing `describe` block, its own fixture. The returned object has the
 * members of the fixture of the running test; a subtest shares that of its test. After each test the fixture is
 * verified, which fails the test if something is wrong, and closed. A failed test also reports the timeline, as a
 * diagnostic. Reading a member before the first test throws an `EchoStsError` (`CLOSED`). With invalid options, and in
 * concurrent tests, the test fails (`INVALID_OPTION`).
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
  return registerHooks(fixturePerTest(options, definedSuite()));
}

/**
 * Gives each test of this file, or of the enclosing `describe` block, its own scope on the server that `npx echo-sts --
 * node --test` has started, with separate rules, expectations, waits and timeline. After each test the scope is
 * verified and closed, as with `useEchoSts`. Without such a server the test fails with an `EchoStsError`
 * (`INVALID_OPTION`).
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
  after(shared.disconnect);
  return registerHooks(shared);
}

/** Returns a function that returns the enclosing suite, once tests run. */
function definedSuite(): () => string {
  let name = ROOT;
  before((context) => {
    name = nameOf(context);
  });
  return () => name;
}

const ROOT = '<root>';

/** Node 20 calls hooks outside of suites immediately, with a context that has no name yet. */
function nameOf(context: unknown): string {
  try {
    return (context as NodeTest).fullName;
  } catch {
    return ROOT;
  }
}

function registerHooks<Value>({ accessor, start, bodyEnded, end }: PerTest<Value>): Value {
  let running: string | undefined;
  beforeEach(async (context) => {
    const test = context as TestContext & NodeTest;
    // The hook is also called for subtests.
    if (running !== undefined && test.fullName.startsWith(`${running} > `)) return;
    // A hook of an inner suite runs before the `afterEach` below.
    await start(() => hasEnded(test));
    running = test.fullName;
    // Not `afterEach`, which is not called for a test that is skipped while it runs.
    test.after(async () => {
      running = undefined;
      reportTo(test, await end(toTestResult(test)));
    });
  });
  afterEach(async (context) => {
    const { fullName, error } = context as TestContext & NodeTest;
    if (fullName === running) await bodyEnded(error !== null && error !== undefined);
  });
  return accessor;
}

/** What Node knows about a test, since 20.12. */
interface NodeTest {
  readonly fullName: string;
  readonly passed?: boolean;
  readonly error?: unknown;
}

function hasEnded({ passed, error }: NodeTest): boolean {
  return passed === true || (error !== null && error !== undefined);
}

function toTestResult({ passed, error }: NodeTest): TestResult {
  if (passed === undefined) return { outcome: 'unknown' };
  return { outcome: passed ? 'passed' : 'failed', errors: [error] };
}

/** Node ignores what a hook throws after a failed test. */
function reportTo(test: TestContext & NodeTest, report: Error | undefined): void {
  if (report === undefined) return;
  if (test.passed !== false) throw report;
  for (const line of `${report.name}: ${report.message}`.split('\n')) test.diagnostic(line);
}
