/**
 * `echo-sts/matchers`: what a test can expect of a fixture, a scope or a session, in the words of vitest and jest. Owns
 * the object for `expect.extend`, and adds its types to those of both runners.
 */

import type { AudioSource } from './audio.js';
import { toBeByteExact } from './byte-exact.js';
import { toHaveCompleted } from './completed.js';
import { type EchoedOptions, toHaveEchoedInOrder } from './echoed-in-order.js';
import type { ReceivedEvent, ReceivedWhere } from './events.js';
import type { Asserted, EchoStsMatchers, ExpectOf } from './matcher-types.js';
import { type NoViolationsOptions, toHaveNoViolations } from './no-violations.js';
import { type ReceivedOptions, toHaveReceived } from './received.js';

export type { AsymmetricMatch, Part } from '../criteria/difference.js';
export type { AudioSource } from './audio.js';
export type { EchoedOptions } from './echoed-in-order.js';
export type { ReceivedEvent, ReceivedParts, ReceivedWhere } from './events.js';
export type { Judgement, MatcherResult } from './matcher-result.js';
export type { Asserted, EchoStsMatchers } from './matcher-types.js';
export type { NoViolationsOptions } from './no-violations.js';
export type { ReceivedOptions } from './received.js';

/**
 * The matchers, for `expect.extend` of vitest and of jest.
 *
 * @example
 * import { matchers } from 'echo-sts/matchers';
 *
 * expect.extend(matchers);
 * expect(sts).toHaveReceived('fragment:data', { sequence_number: 3 }, { times: 1 });
 */
export const matchers = {
  /** The service has received such an event, as often as said, or at least once. */
  toHaveReceived,
  /** Every fragment came back, in the order of its sequence number, with the audio that was received. */
  toHaveEchoedInOrder,
  /** Both hold the same audio, or lists of the same, however they hold it. */
  toBeByteExact,
  /** Every stream that was begun got its `stream:complete`. */
  toHaveCompleted,
  /** No worker did anything that the protocol does not allow, but for what is excused. */
  toHaveNoViolations,
};

// Of these a user has one or two installed. In a `.d.ts` TypeScript passes over the augmentation of a module that is
// not there, also with `skipLibCheck: false`. The parameters are named as the runners name them; their defaults hold.

declare module 'vitest' {
  // These name what is vitest's own: an `import()` of it would be an error where vitest is not installed.
  interface RunnerTestCase {}
  interface TestOptions {}

  // Interfaces with a method, for the package is there twice, and an alias cannot be declared a second time.

  /** What `expect` returns for a `T`, `Assertion<T>` until vitest 4 and `Assertion<void, T>` since; and `expect` itself. */
  interface EchoStsAssertion<T> {
    of(expect: ExpectOf<RunnerTestCase>): ReturnType<typeof expect.soft<T>> | AsymmetricMatchersContaining;
  }
  /** Behind `resolves`, `rejects` and `expect.poll`, which return promises. */
  interface EchoStsPromisedAssertion<T> {
    of(expect: ExpectOf<RunnerTestCase>): ReturnType<typeof expect.poll<T>>;
  }
  /** `EchoStsMatchers`, with what each is asked about taken from `this`. */
  interface EchoStsMatchersOfThis {
    toHaveReceived<T, Name extends ReceivedEvent>(
      this: ReturnType<EchoStsAssertion<T>['of']>,
      event: Name,
      where?: ReceivedWhere[Name],
      options?: ReceivedOptions,
    ): Asserted<T>;
    toHaveReceived<T, Name extends ReceivedEvent>(
      this: ReturnType<EchoStsPromisedAssertion<T>['of']>,
      event: Name,
      where?: ReceivedWhere[Name],
      options?: ReceivedOptions,
    ): Promise<void>;
    toHaveEchoedInOrder<T>(this: ReturnType<EchoStsAssertion<T>['of']>, options?: EchoedOptions): Asserted<T>;
    toHaveEchoedInOrder<T>(this: ReturnType<EchoStsPromisedAssertion<T>['of']>, options?: EchoedOptions): Promise<void>;
    toBeByteExact<T>(
      this: ReturnType<EchoStsAssertion<T>['of']>,
      audio: AudioSource | readonly AudioSource[],
    ): Asserted<T>;
    toBeByteExact<T>(
      this: ReturnType<EchoStsPromisedAssertion<T>['of']>,
      audio: AudioSource | readonly AudioSource[],
    ): Promise<void>;
    toHaveCompleted<T>(this: ReturnType<EchoStsAssertion<T>['of']>): Asserted<T>;
    toHaveCompleted<T>(this: ReturnType<EchoStsPromisedAssertion<T>['of']>): Promise<void>;
    toHaveNoViolations<T>(this: ReturnType<EchoStsAssertion<T>['of']>, options?: NoViolationsOptions): Asserted<T>;
    toHaveNoViolations<T>(
      this: ReturnType<EchoStsPromisedAssertion<T>['of']>,
      options?: NoViolationsOptions,
    ): Promise<void>;
  }

  // Until vitest 4 it is `Matchers<T>`, since then `Matchers<R, T>`: only a declaration without parameters fits both. Until
  // vitest 4, which still has the option `sequential`, an assertion has our matchers from `jest.Matchers`, and not twice.
  interface Matchers
    extends Omit<EchoStsMatchersOfThis, 'sequential' extends keyof TestOptions ? keyof EchoStsMatchers : never> {}
  /** `expect.toHaveCompleted()` inside another expectation. */
  interface AsymmetricMatchersContaining
    extends Omit<EchoStsMatchers, 'sequential' extends keyof TestOptions ? never : keyof EchoStsMatchers> {}
}

/** Behind the `expect` of `@jest/globals`. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends EchoStsMatchers<Asserted<T, R>> {}
}

declare global {
  /** Behind the global `expect` of `@types/jest`, and that of vitest until version 4. */
  namespace jest {
    interface Matchers<R, T> extends EchoStsMatchers<Asserted<T, R>> {}
  }
}
