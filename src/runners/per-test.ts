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
import { endBody, watchBody } from './body-end.js';
import { finishTest, type TestHandle, type TestResult } from './finish-test.js';

/**
 * Options, or a function that makes them anew for each test: a `manualClock()` is not to be shared. One that answers with
 * something else, a promise for instance, makes each test fail (`INVALID_OPTION`). Those of a nested `describe` are added to those
 * of the outer one, and conduct is strict unless they say otherwise.
 */
export type OptionsOfEachTest = EchoStsOptions | (() => EchoStsOptions);

/** The runner calls `start`, `bodyEnded` if it can, and `end` for each test. */
export interface PerTest<Value> {
  /** What the test file gets. */
  readonly accessor: Value;
  /**
   * Before a test; `hasEnded` says whether its body has, where `bodyEnded` may come too late. Rejects with what opening rejects
   * with, and with an `EchoStsError` (`INVALID_OPTION`) while another test runs.
   */
  start(hasEnded?: () => boolean): Promise<void>;
  /** Right after its body: what its hooks do is not judged. */
  bodyEnded(hasFailed: boolean): Promise<void>;
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
    async start(hasEnded) {
      if (isOpen) throw new EchoStsError('INVALID_OPTION', explainConcurrent(name));
      current = undefined;
      isOpen = true;
      try {
        current = await open();
        if (hasEnded !== undefined) watchBody(current.handle, hasEnded);
      } catch (error) {
        isOpen = false;
        throw error;
      }
    },
    async bodyEnded(hasFailed) {
      if (isOpen && current !== undefined) await endBody(current.handle, hasFailed);
    },
    async end(result) {
      if (!isOpen) return undefined;
      isOpen = false;
      return current && (await finishTest(current.handle, result));
    },
  };
}

const OPTIONS = { words: 'an object of options', is: (value: unknown): value is EchoStsOptions => isRecord(value) };

/** The options of the fixtures that are open for the test that runs, from the outermost suite inwards; a level is a suite. */
const open = new Map<object, { readonly level: unknown; readonly options: EchoStsOptions }>();

/** A fixture for each; `levelOf` says which suite it is for: the options of another that is open for the same test are added to. */
export function fixturePerTest(options: OptionsOfEachTest, levelOf: () => unknown = () => undefined): PerTest<EchoSts> {
  const fixtures = perTest('useEchoSts', async () => {
    const own = typeof options === 'function' ? optionsBy(options) : options;
    const all = mergeOptions(outerOptions(levelOf()), own);
    const sts = await createEchoSts(strictByDefault(all));
    open.set(fixtures, { level: levelOf(), options: all });
    return { value: sts, handle: sts };
  });
  return {
    ...fixtures,
    end(result) {
      open.delete(fixtures);
      return fixtures.end(result);
    },
  };
}

/** Strict, unless the options say otherwise; what is wrong with them is told later. */
export function strictByDefault(options: EchoStsOptions): EchoStsOptions {
  return isRecord(options) && options.conduct === undefined ? { ...options, conduct: 'strict' } : options;
}

/** Those of an inner suite and of the outer one: each option is that of the inner one, if it has it. */
export function mergeOptions(outer: EchoStsOptions, inner: EchoStsOptions): EchoStsOptions {
  if (!isRecord(inner)) return inner;
  const said = Object.entries(inner).filter(([, value]) => value !== undefined);
  return { ...outer, ...Object.fromEntries(said) };
}

/** A port is taken by the fixture of the outer suite. */
function outerOptions(level: unknown): EchoStsOptions {
  const { port: _, ...options } = [...open.values()].findLast((outer) => outer.level !== level)?.options ?? {};
  return options;
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
