/**
 * A fixture or a scope per test, by the hooks of a runner: what `useEchoSts` and `useSharedEchoSts` of `echo-sts/jest` and
 * of `echo-sts/node` share.
 */

import { checkedAnswer } from '../checks/callers-answer.js';
import { EchoStsError } from '../checks/errors.js';
import { isRecord } from '../checks/fields.js';
import { createEchoSts } from '../fixture/create-echo-sts.js';
import type { EchoSts } from '../handle/handle.js';
import type { EchoStsOptions } from '../options/options.js';
import { createAccessor } from './accessor.js';
import { finishTest, type TestHandle, type TestResult } from './finish-test.js';

/**
 * Options, or a function that makes them anew for each test: a `manualClock()` is not to be shared. One that answers with
 * something else, a promise for instance, makes each test fail (`INVALID_OPTION`).
 */
export type OptionsOfEachTest = EchoStsOptions | (() => EchoStsOptions);

/** The runner calls `start` and `end` for each test. */
export interface PerTest<Value> {
  /** What the test file gets. */
  readonly accessor: Value;
  /** Before a test. Rejects with what opening rejects with, and with an `EchoStsError` (`INVALID_OPTION`) while another test runs. */
  start(): Promise<void>;
  /** After it. Resolves with what is to be reported. */
  end(result: TestResult): Promise<Error | undefined>;
}

/** What is opened for a test, and the handle that belongs to it. */
export interface Resource<Value> {
  readonly value: Value;
  readonly handle: TestHandle;
}

/** `name` is the function that the test file has called. */
export function perTest<Value extends object>(name: string, open: () => Promise<Resource<Value>>): PerTest<Value> {
  // It stays after its test: later `afterEach` hooks may read what it has recorded.
  let current: Resource<Value> | undefined;
  let isOpen = false;
  return {
    accessor: createAccessor(name, () => current?.value),
    async start() {
      if (isOpen) throw new EchoStsError('INVALID_OPTION', explainConcurrent(name));
      current = undefined;
      isOpen = true;
      try {
        current = await open();
      } catch (error) {
        isOpen = false;
        throw error;
      }
    },
    async end(result) {
      if (!isOpen) return undefined;
      isOpen = false;
      return current && (await finishTest(current.handle, result));
    },
  };
}

const OPTIONS = { words: 'an object of options', is: (value: unknown): value is EchoStsOptions => isRecord(value) };

/** A fixture for each. */
export function fixturePerTest(options: OptionsOfEachTest): PerTest<EchoSts> {
  return perTest('useEchoSts', async () => {
    const sts = await createEchoSts(typeof options === 'function' ? optionsBy(options) : options);
    return { value: sts, handle: sts };
  });
}

function optionsBy(make: () => EchoStsOptions): EchoStsOptions {
  return checkedAnswer('options', make(), OPTIONS);
}

function explainConcurrent(name: string): string {
  return (
    `\`${name}()\` expected tests that run one after the other, and got a test that begins before the last has ended; ` +
    'give each concurrent test a fixture of its own with `createEchoSts()`.'
  );
}
