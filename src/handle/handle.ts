/** What a test holds of a running fixture: types only. */

import type { FixtureClock } from '../clock/manual-clock.js';
import type { RefuseOptions, RestartOptions } from '../options/call-options.js';
import type { FaultPlan } from '../options/fault-plan.js';
import type { Scope, ScopeOptions, SessionGroup } from './sessions.js';

/** A running fixture. After `close()` you can still read what was recorded. */
export interface EchoSts extends SessionGroup, AsyncDisposable {
  /** The port that the server listens on. */
  readonly port: number;
  /**
   * The URL that another process of this machine passes to `connectEchoSts`: `http://127.0.0.1:PORT/control`, with the token if
   * there is one. Undefined without the option `control`.
   */
  readonly controlUrl: string | undefined;
  /** The address that the server listens on. */
  readonly host: string;
  /** Number of workers that are connected now. */
  readonly connections: number;
  /** The clock that delays, timeouts and the linger use. A test moves it if it is a `manualClock()`. */
  readonly clock: FixtureClock;
  /**
   * Returns the sessions of one test among many, with their own rules, timeline, waits, expectations and violations.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  scope(options: ScopeOptions): Scope;
  /**
   * Refuses the next connections: they get an HTTP status in place of a handshake.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  refuse(options?: RefuseOptions): void;
  /**
   * Puts a plan into force, as if each part were an option from now on: sets delay and backpressure, and adds its rules, cuts,
   * refusals, restarts and signals after those in force. A new `capacity` is for streams that begin later. The whole plan is
   * checked before any of it is done. Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  apply(plan: FaultPlan): void;
  /**
   * Stops like a crashed server and starts again on the same port, with the same options and rules. Resolves when it listens
   * again. Rejects with an `EchoStsError` (`INVALID_OPTION`, `CLOSED`, `PORT_IN_USE`).
   */
  restart(options?: RestartOptions): Promise<void>;
  /**
   * For use between tests. Disconnects every worker, clears sessions, timeline, violations, expectations and scopes, rejects pending
   * waits with `RESET`, and resets delay, capacity, backpressure, error rules, cuts, refusals, restarts and signals to the
   * options. Rejects with an `EchoStsError`
   * (`CLOSED`) after `close()`.
   */
  reset(): Promise<void>;
  /**
   * Disconnects every worker, stops the server and frees everything. May be called more than once. With `abrupt` the workers get
   * no disconnect message: they see a broken connection, as when a server crashes.
   */
  close(options?: { abrupt?: boolean }): Promise<void>;
  /** As a hook of a runner, `afterAll(sts.close)`: arguments from the runner are ignored. */
  close(...hookArguments: readonly unknown[]): Promise<void>;
  /**
   * For `await using`: verifies, then closes. It does not verify when the last `verify()` or wait failed: the block ends with that
   * failure, and a second one would hide it.
   */
  [Symbol.asyncDispose](): Promise<void>;
}
