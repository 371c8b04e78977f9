/** What a test holds of a running fixture: types only. */

import type { FixtureClock } from '../clock/manual-clock.js';
import type { RefuseOptions, RestartOptions } from '../options/call-options.js';
import type { Scope, ScopeOptions, SessionGroup } from './sessions.js';

/** A running fixture. After `close()` only what has been recorded can still be read. */
export interface EchoSts extends SessionGroup, AsyncDisposable {
  /** The port that is listened on. */
  readonly port: number;
  /**
   * What another process of this machine passes to `connectEchoSts`, as `http://127.0.0.1:PORT/control`, with the token if
   * there is one; undefined without the option `control`.
   */
  readonly controlUrl: string | undefined;
  /** The address that is listened on. */
  readonly host: string;
  /** How many workers are connected now. */
  readonly connections: number;
  /** The time that delays, timeouts and the linger are measured in; a test moves it if it is a `manualClock()`. */
  readonly clock: FixtureClock;
  /**
   * The sessions of one test among many: its own rules, timeline, waits, expectations and violations.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  scope(options: ScopeOptions): Scope;
  /**
   * Answers the next connections with an HTTP status instead of a handshake.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  refuse(options?: RefuseOptions): void;
  /**
   * Goes down as a crashed server would and comes up again on the same port, with the same options and rules; resolves
   * when it listens again. Rejects with an `EchoStsError` (`INVALID_OPTION`, `CLOSED`, `PORT_IN_USE`).
   */
  restart(options?: RestartOptions): Promise<void>;
  /**
   * Between tests: disconnects every worker, forgets sessions, timeline, violations, expectations, cuts and scopes, rejects
   * pending waits with `RESET`, and puts delay, backpressure and error rules back to what the options say. Rejects with an
   * `EchoStsError` (`CLOSED`) after `close()`.
   */
  reset(): Promise<void>;
  /**
   * Disconnects every worker and stops the server, leaving nothing behind. May be called more than once. With `abrupt`
   * no worker is told: it sees a broken connection, as when a server crashes.
   */
  close(options?: { abrupt?: boolean }): Promise<void>;
  /** As a hook of a runner, `afterAll(sts.close)`: what the runner passes is no option. */
  close(...hookArguments: readonly unknown[]): Promise<void>;
  /**
   * `await using`: verifies, then closes. It does not verify when the last thing that the test was told here, by `verify()`
   * or a wait, was a failure: that is what the block ends with, and it is not to be hidden by a second one.
   */
  [Symbol.asyncDispose](): Promise<void>;
}
