/** `echo-sts/node`: a fixture for each test, by the hooks of `node:test`. */

import { after, afterEach, before, beforeEach, type TestContext } from 'node:test';
import type { EchoSts } from '../../handle/handle.js';
import type { TestResult } from '../finish-test.js';
import { fixturePerTest, type OptionsOfEachTest, type PerTest } from '../per-test.js';
import { type SharedEchoSts, scopePerTest } from '../shared-scope.js';

export type { RemoteScope } from '../../control/any-handle.js';
export type { OptionsOfEachTest } from '../per-test.js';
export type { SharedEchoSts } from '../shared-scope.js';

/**
 * Gives each test of this file, or of the `describe` block it is called in, a fixture of its own: what comes back has the
 * members of the fixture of the test that is running; a subtest sees that of its test. After the test it is verified, which
 * makes the test fail if something is missing, and closed. A test that fails is told the timeline as a diagnostic.
 * Reading a member before the first test throws an `EchoStsError` (`CLOSED`); wrong options and concurrent tests make the
 * test fail (`INVALID_OPTION`).
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
 * Gives each test of this file, or of the `describe` block it is called in, a scope of its own on the server that
 * `npx echo-sts -- node --test` has started: its own rules, expectations, waits and timeline. What becomes of it when the
 * test has ended is as with `useEchoSts`. Without such a server the test fails with an `EchoStsError` (`INVALID_OPTION`).
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

/** Says which suite it was called in, once tests run. */
function definedSuite(): () => string {
  let name = ROOT;
  before((context) => {
    name = nameOf(context);
  });
  return () => name;
}

const ROOT = '<root>';

/** Node 20 calls the hooks outside of suites at once, with a context that has no name yet. */
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
    // The hook is called for subtests as well.
    if (running !== undefined && test.fullName.startsWith(`${running} > `)) return;
    // A hook of an inner suite comes before the `afterEach` below.
    await start(() => hasEnded(test));
    running = test.fullName;
    // Rather than `afterEach`, which is not called for a test that was skipped while it ran.
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

/** Node ignores what a hook throws after a test that has failed. */
function reportTo(test: TestContext & NodeTest, report: Error | undefined): void {
  if (report === undefined) return;
  if (test.passed !== false) throw report;
  for (const line of `${report.name}: ${report.message}`.split('\n')) test.diagnostic(line);
}
