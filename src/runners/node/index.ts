/** `echo-sts/node`: a fixture for each test, by the hooks of `node:test`. */

import { after, beforeEach, type TestContext } from 'node:test';
import type { EchoSts } from '../../handle/handle.js';
import type { Ending } from '../conclusion.js';
import { fixtureOfEachTest, type OfEachTest, type OptionsOfEachTest } from '../of-each-test.js';
import { type SharedEchoSts, scopeOfEachTest } from '../shared-scope.js';

export type { RemoteScope } from '../../control/any-handle.js';
export type { OptionsOfEachTest } from '../of-each-test.js';
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
  return hooked(fixtureOfEachTest(options));
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
  const shared = scopeOfEachTest();
  after(shared.disconnect);
  return hooked(shared);
}

function hooked<Held>({ accessor, start, end }: OfEachTest<Held>): Held {
  let running: string | undefined;
  beforeEach(async (context) => {
    const test = context as TestContext & Verdict;
    // The hook is called for subtests as well.
    if (running !== undefined && test.fullName.startsWith(`${running} > `)) return;
    await start();
    running = test.fullName;
    // Rather than `afterEach`, which is not called for a test that was skipped while it ran.
    test.after(async () => {
      running = undefined;
      tell(test, await end(endingOf(test)));
    });
  });
  return accessor;
}

/** What Node tells of a test since 20.12. */
interface Verdict {
  readonly fullName: string;
  readonly passed?: boolean;
  readonly error?: unknown;
}

function endingOf({ passed, error }: Verdict): Ending {
  if (passed === undefined) return { outcome: 'unknown' };
  return { outcome: passed ? 'passed' : 'failed', errors: [error] };
}

/** Of a test that has failed already Node keeps what it has failed with, and nothing that a hook throws. */
function tell(test: TestContext & Verdict, report: Error | undefined): void {
  if (report === undefined) return;
  if (test.passed !== false) throw report;
  for (const line of `${report.name}: ${report.message}`.split('\n')) test.diagnostic(line);
}
