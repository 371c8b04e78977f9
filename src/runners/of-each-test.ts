/**
 * Something for each test, by the hooks of a runner: what `useEchoSts` and `useSharedEchoSts` of `echo-sts/jest` and of
 * `echo-sts/node` share.
 */

import { EchoStsError } from '../checks/errors.js';
import { createEchoSts } from '../fixture/create-echo-sts.js';
import type { EchoSts } from '../handle/handle.js';
import type { EchoStsOptions } from '../options/options.js';
import { accessorTo } from './accessor.js';
import { type Concluded, conclude, type Ending } from './conclusion.js';

/** Options, or a function that makes them anew for each test: a `manualClock()` is not to be shared. */
export type OptionsOfEachTest = EchoStsOptions | (() => EchoStsOptions);

/** What the current test has: its runner starts and ends it. */
export interface OfEachTest<Held> {
  /** What a test file holds. */
  readonly accessor: Held;
  /** Before a test. Rejects with what opening rejects with, and with an `EchoStsError` (`INVALID_OPTION`) while another test runs. */
  start(): Promise<void>;
  /** After it. Resolves with what the test is to be told. */
  end(ending: Ending): Promise<Error | undefined>;
}

/** What is opened for a test, and the fixture or scope in it. */
export interface Opened<Held> {
  readonly held: Held;
  readonly handle: Concluded;
}

/** `name` is the function that the test file has called. */
export function ofEachTest<Held extends object>(name: string, open: () => Promise<Opened<Held>>): OfEachTest<Held> {
  // It stays when its test has ended: `afterEach` hooks that come later may read what it has recorded.
  let current: Opened<Held> | undefined;
  let isOpen = false;
  return {
    accessor: accessorTo(name, () => current?.held),
    async start() {
      if (isOpen) throw new EchoStsError('INVALID_OPTION', besideAnother(name));
      current = undefined;
      isOpen = true;
      try {
        current = await open();
      } catch (error) {
        isOpen = false;
        throw error;
      }
    },
    async end(ending) {
      if (!isOpen) return undefined;
      isOpen = false;
      return current && (await conclude(current.handle, ending));
    },
  };
}

/** A fixture for each. */
export function fixtureOfEachTest(options: OptionsOfEachTest): OfEachTest<EchoSts> {
  return ofEachTest('useEchoSts', async () => {
    const sts = await createEchoSts(typeof options === 'function' ? options() : options);
    return { held: sts, handle: sts };
  });
}

function besideAnother(name: string): string {
  return (
    `\`${name}()\` expected tests that run one after the other, and got a test that begins before the last has ended; ` +
    'give each concurrent test a fixture of its own with `createEchoSts()`.'
  );
}
