/**
 * A fixture or a scope per test, with the hooks of a runner: the shared part of `useEchoSts` and `useSharedEchoSts` of
 * `echo-sts/jest` and `echo-sts/node`.
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
 * Options, or a function that returns new ones for each test, because a `manualClock()` must not be shared. If it
 * returns anything else, such as a promise, each test fails (`INVALID_OPTION`). Options of a nested `describe` are
 * added to those of the outer one. `conduct` defaults to `'strict'`.
 */
export type OptionsOfEachTest = EchoStsOptions | (() => EchoStsOptions);

/** For each test the runner calls `start`, `bodyEnded` if it can, and `end`. */
export interface PerTest<Value> {
  /** The value for the test file. */
  readonly accessor: Value;
  /**
   * Call it before a test. `hasEnded` returns whether its body has ended, if `bodyEnded` may be called too late.
   * Rejects like opening, and with an `EchoStsError` (`INVALID_OPTION`) while another test runs.
   */
  start(hasEnded?: () => boolean): Promise<void>;
  /** Call it right after the body: what hooks do is not verified. */
  bodyEnded(hasFailed: boolean): Promise<void>;
  /** Call it after the test. Resolves with the error to report, if any. */
  end(result: TestResult): Promise<Error | undefined>;
}

/** The value that is opened for a test, and its handle. */
export interface Resource<Value> {
  readonly value: Value;
  readonly handle: TestHandle;
}

/** `name` is the function that the test file calls. */
export function perTest<Value extends object>(name: string, open: () => Promise<Resource<Value>>): PerTest<Value> {
  // Kept after its test: later `afterEach` hooks may read what it has recorded.
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

/**
 * The options of the fixtures that are open for the running test, from the outermost suite inwards; a level is a suite.
 */
const open = new Map<object, { readonly level: unknown; readonly options: EchoStsOptions }>();

/** A fixture for each test. `levelOf` returns its suite: its options are added to those of outer suites. */
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

/** Defaults `conduct` to `'strict'`. Invalid options are reported later. */
export function strictByDefault(options: EchoStsOptions): EchoStsOptions {
  return isRecord(options) && options.conduct === undefined ? { ...options, conduct: 'strict' } : options;
}

/** Merges the options of an outer and an inner suite. Those of the inner suite take precedence. */
export function mergeOptions(outer: EchoStsOptions, inner: EchoStsOptions): EchoStsOptions {
  if (!isRecord(inner)) return inner;
  const said = Object.entries(inner).filter(([, value]) => value !== undefined);
  return { ...outer, ...Object.fromEntries(said) };
}

/** Without the port, which the fixture of the outer suite uses; a range has others. */
function outerOptions(level: unknown): EchoStsOptions {
  const { port, ...options } = [...open.values()].findLast((outer) => outer.level !== level)?.options ?? {};
  return isRecord(port) ? { ...options, port } : options;
}

function optionsBy(make: () => EchoStsOptions): EchoStsOptions {
  return checkedAnswer('options', make(), OPTIONS);
}

function explainConcurrent(name: string): string {
  return (
    `\`${name}()\` expected tests that run one after the other, but a test started before the last had ended; ` +
    'give each concurrent test its own fixture with `createEchoSts()`.'
  );
}
