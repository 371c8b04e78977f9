/** A fixture for each test, by the hooks of a runner: what `useEchoSts` of `echo-sts/jest` and of `echo-sts/node` share. */

import { createEchoSts } from '../create-echo-sts.js';
import { EchoStsError } from '../errors.js';
import type { EchoSts } from '../handle.js';
import type { EchoStsOptions } from '../options.js';
import { accessorTo } from './accessor.js';
import { conclude, type Ending } from './conclusion.js';

/** Options, or a function that makes them anew for each test: a `manualClock()` is not to be shared. */
export type OptionsOfEachTest = EchoStsOptions | (() => EchoStsOptions);

/** The fixture of the current test: its runner starts and ends it. */
export interface FixtureOfEachTest {
  /** What a test file holds. */
  readonly accessor: EchoSts;
  /** Before a test. Rejects with an `EchoStsError`: as `createEchoSts`, and `INVALID_OPTION` while another test runs. */
  start(): Promise<void>;
  /** After it. Resolves with what the test is to be told. */
  end(ending: Ending): Promise<Error | undefined>;
}

export function fixtureOfEachTest(options: OptionsOfEachTest): FixtureOfEachTest {
  let current: EchoSts | undefined;
  return {
    accessor: accessorTo(() => current),
    async start() {
      if (current !== undefined) throw new EchoStsError('INVALID_OPTION', BESIDE_ANOTHER);
      current = await createEchoSts(typeof options === 'function' ? options() : options);
    },
    async end(ending) {
      const ended = current;
      current = undefined;
      return ended && (await conclude(ended, ending));
    },
  };
}

const BESIDE_ANOTHER =
  '`useEchoSts()` expected tests that run one after the other, and got a test that begins before the last has ended; ' +
  'give each concurrent test a fixture of its own with `createEchoSts()`.';
