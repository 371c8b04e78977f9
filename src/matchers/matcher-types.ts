/** The matchers as a test writes them, behind `expect(…)`. Types only. */

import type { AudioSource } from './audio.js';
import type { EchoedOptions } from './echoed-in-order.js';
import type { ReceivedEvent, ReceivedWhere } from './events.js';
import type { NoViolationsOptions } from './no-violations.js';
import type { ReceivedOptions } from './received.js';

/**
 * What an assertion returns: nothing, or a promise for a handle in another process, whose members return promises. Without `infer`: a project with ESM and CommonJS sees this twice, and the two have to be identical.
 */
export type Asserted<Received, Result = void> = 0 extends 1 & Received
  ? Result
  : Received extends Answering<Promise<unknown>>
    ? Promise<void>
    : Received extends Answering<readonly unknown[]>
      ? Result
      : Received extends Answering<unknown>
        ? Result | Promise<void>
        : Result;

/** A handle whose functions return this. */
type Answering<Answer> = { violations: () => Answer };

/** The `expect` that a test case of vitest has in its context; where vitest is not installed a test case has none. */
export type ExpectOf<TestCase> = TestCase extends { context: { expect: infer Expect extends ExpectLike } }
  ? Expect
  : ExpectLike;

interface ExpectLike {
  soft<T>(actual: T): unknown;
  poll<T>(actual: () => T): unknown;
}

/** What `expect` can do once it was extended. */
export interface EchoStsMatchers<Result = void> {
  /**
   * A worker has sent this event, with a payload that has this part or that the function accepts, exactly `times` times or at
   * least once. For a fixture, a scope or a session. `streamId`, `sequenceNumber` and `times` mean what they mean in
   * `expectEvent`.
   *
   * @example expect(sts).toHaveReceived('fragment:data', { sequence_number: 3 }, { times: 1 });
   */
  toHaveReceived<Name extends ReceivedEvent>(
    event: Name,
    where?: ReceivedWhere[Name],
    options?: ReceivedOptions,
  ): Result;
  /**
   * What the service has sent: every fragment that it took has come back, in sequence order, retries excepted, each with the
   * audio that was received; one at least. It fails where a fragment was dropped, failed and was not sent again with success,
   * or came back with other audio, unless `except` names its sequence number; and as long as one is in flight. Whether the
   * worker has made use of it is not looked at. For a fixture, a scope or a session.
   *
   * @example expect(sts.session('news')).toHaveEchoedInOrder({ except: [3] });
   */
  toHaveEchoedInOrder(options?: EchoedOptions): Result;
  /**
   * This is the same audio, whatever form either is in: base64 text, bytes, an audio object, a payload or an entry of a
   * timeline. Compared by bytes where both sides have them, else by size and hash. Two lists are compared piece by piece, and a
   * failure says which pieces are swapped, shifted, repeated or missing.
   *
   * @example expect(delivered).toBeByteExact(sent);
   */
  toBeByteExact(audio: AudioSource | readonly AudioSource[]): Result;
  /**
   * Every stream that was begun, one at least, has got its `stream:complete`. For a fixture, a scope or a session.
   *
   * @example expect(sts).toHaveCompleted();
   */
  toHaveCompleted(): Result;
  /**
   * No worker has offended against the protocol, but for what `allow` excuses. For a fixture, a scope or a session.
   *
   * @example expect(sts).toHaveNoViolations({ allow: ['left-unanswered'] });
   */
  toHaveNoViolations(options?: NoViolationsOptions): Result;
}
