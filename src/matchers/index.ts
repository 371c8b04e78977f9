/**
 * `echo-sts/matchers`: what a test can expect of a fixture, a scope or a session, in the words of vitest and jest. Owns
 * the object for `expect.extend`, and adds its types to those of both runners.
 */

import { toBeByteExact } from './byte-exact.js';
import { toHaveCompleted } from './completed.js';
import { toHaveEchoedInOrder } from './echoed-in-order.js';
import type { Asserted, EchoStsMatchers } from './matcher-types.js';
import { toHaveNoViolations } from './no-violations.js';
import { toHaveReceived } from './received.js';

export type { AsymmetricMatch, Part } from '../criteria/difference.js';
export type { AudioSource } from './audio.js';
export type { ReceivedEvent, ReceivedParts } from './events.js';
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
  /** Every result came in the order of its sequence number, and every echo is what was sent. */
  toHaveEchoedInOrder,
  /** Both hold the same audio, however they hold it. */
  toBeByteExact,
  /** Every stream that was begun got its `stream:complete`. */
  toHaveCompleted,
  /** No worker did anything that the protocol does not allow, but for what is excused. */
  toHaveNoViolations,
};

// Of these a user has one or two installed. In a `.d.ts` TypeScript passes over the augmentation of a module that is
// not there, also with `skipLibCheck: false`. The parameters are named as the runners name them; their defaults hold.

declare module 'vitest' {
  interface Matchers<T> extends EchoStsMatchers<Asserted<T>> {}
}

/** Behind the `expect` of `@jest/globals`. */
declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T> extends EchoStsMatchers<Asserted<T, R>> {}
}

declare global {
  /** Behind the global `expect` of `@types/jest`. */
  namespace jest {
    interface Matchers<R, T> extends EchoStsMatchers<Asserted<T, R>> {}
  }
}
