/** What a test holds of a running fixture: types only. */

import type { CutForm, CutPhase } from './core/cut-forms.js';
import type { DelayPlan } from './core/delay.js';
import type { SessionSnapshot } from './core/snapshot.js';
import type { BackpressureSignal } from './core/vocabulary.js';
import type { ActiveErrorRule, ErrorRule } from './error-rules.js';
import type { BackpressureOption } from './options.js';
import type { WaitForSessionOptions } from './session-criteria.js';

/** A running fixture. After `close()` only what has been recorded can still be read. */
export interface EchoSts extends AsyncDisposable {
  /** Where a worker connects to, as `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** The address that is listened on. */
  readonly host: string;
  /** What chance is drawn from: pass it as the option `seed` to see the same again. */
  readonly seed: string;
  /** How many workers are connected now. */
  readonly connections: number;
  /** All sessions, newest first: frozen snapshots. Ended ones stay (the newest 1000) until `reset()`. */
  readonly sessions: readonly SessionSnapshot[];
  /** The newest session of the stream; undefined when no worker has begun it (PROTOCOL §6.9). */
  session(streamId: string): SessionSnapshot | undefined;
  /**
   * Resolves with a session once it is as asked for, at once if one is already. A stream that has completed still
   * counts as `completed` when its connection is closed.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT` after `timeoutMs` (4000), `RESET`, `CLOSED` or `INVALID_OPTION`.
   */
  waitForSession(options?: WaitForSessionOptions): Promise<SessionSnapshot>;
  /**
   * Sets the processing time of fragments that arrive from now on, in all streams, as the option `delayMs` does.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  setDelay(delayMs: DelayPlan): void;
  /**
   * Sets the simulated backpressure of all streams from now on, as the option `backpressure` does (PROTOCOL §6.6).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  setBackpressure(backpressure: BackpressureOption): void;
  /**
   * Sends a `backpressure` event now, whatever the load, to the stream named or to all that are open (PROTOCOL §3).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  pushBackpressure(signal: PushedBackpressure): void;
  /**
   * Adds a rule behind those in force, for all streams (PROTOCOL §6.11).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  addErrorRule(rule: ErrorRule): ActiveErrorRule;
  /** The rules in force for all streams, in their order, with their hits; those that came over the wire too. */
  readonly errorRules: readonly ActiveErrorRule[];
  /** Takes all rules for all streams out of force. */
  clearErrorRules(): void;
  /**
   * Breaks a connection: at once, or when a stream comes to that point, once or `times` times.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  cut(cut: CutOptions): ActiveCut;
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
   * Between tests: disconnects every worker, forgets every session and cut, rejects pending waits with `RESET`, and puts
   * delay, backpressure and error rules back to what the options say. Rejects with an `EchoStsError` (`CLOSED`) after `close()`.
   */
  reset(): Promise<void>;
  /**
   * Disconnects every worker and stops the server, leaving nothing behind. May be called more than once. With `abrupt`
   * no worker is told: it sees a broken connection, as when a server crashes.
   */
  close(options?: { abrupt?: boolean }): Promise<void>;
  /** As a hook of a runner, `afterAll(sts.close)`: what the runner passes is no option. */
  close(...hookArguments: readonly unknown[]): Promise<void>;
}

/** A `backpressure` event to send now. */
export interface PushedBackpressure extends BackpressureSignal {
  /** All open streams when absent. */
  readonly streamId?: string;
}

/** Where and how a connection is to break. */
export interface CutOptions {
  /** `now`, on `connect`, or before or after a message of a stream. */
  at: CutPhase;
  /** In which way. */
  how: CutForm;
  /** Only the connection of this stream; for `connect`, the one that names it in `X-Stream-ID`. */
  streamId?: string;
  /** Only at the fragment with this number: with `after-ack`, `before-processed` and `after-processed`. */
  sequenceNumber?: number;
  /**
   * How often; each time it is another message, or another connection.
   * @default 1, and for `now` all connections there are
   */
  times?: number;
}

/** A cut that is planned or done. */
export interface ActiveCut extends Disposable {
  /** How often it has happened. */
  readonly hits: number;
  /** Takes the plan back; it may be called more than once. */
  remove(): void;
}

/** Which connections are refused. */
export interface RefuseOptions {
  /**
   * The next so many.
   * @default 1
   */
  times?: number;
  /**
   * The HTTP status, 400–599.
   * @default 503
   */
  status?: number;
}

/** How long the server is away. */
export interface RestartOptions {
  /**
   * Milliseconds between going down and listening again.
   * @default 0
   */
  downForMs?: number;
}
