/** What a test reads and controls: all sessions of a fixture, the sessions of a scope, or a single one. Types only. */

import type { SessionSnapshot } from '../core/snapshot.js';
import type { ViolationKind } from '../core/violations.js';
import type { DelayPlan } from '../core/vocabulary.js';
import type {
  DirectionOf,
  EntriesOptions,
  EntryOf,
  Expectation,
  TimelineFilter,
  WaitForOptions,
} from '../criteria/entry-criteria.js';
import type { WaitForSessionOptions } from '../criteria/session-criteria.js';
import type { ActiveCut, CutOptions } from '../options/call-options.js';
import type { BackpressureOption } from '../options/options.js';
import type { PushedBackpressure, PushedError } from '../options/pushed-types.js';
import type { ActiveErrorRule, ErrorRule } from '../options/rule-types.js';
import type { Violation } from '../record/violation-log.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';

/** An expectation that `verify()` checks. */
export interface ActiveExpectation extends Disposable {
  /** Number of matches so far. */
  readonly hits: number;
  /** Whether the expectation is met now. */
  readonly isMet: boolean;
  /** Removes it without checking it, as `using` does at the end of its block. May be called more than once. */
  remove(): void;
}

/** What `format` draws, and how wide. */
export interface FormatOptions<Name extends EventName = EventName, To extends Direction = Direction>
  extends TimelineFilter<Name, To> {
  /**
   * Width of the text in columns, 60–120; a larger number counts as 120. Not used for `mermaid`.
   * @default 80
   */
  columns?: number;
}

/** What a test can read and wait for. */
export interface Observed {
  /**
   * Returns what crossed the wire in either direction and what the fixture decided, in order, as frozen entries. The option
   * `timeline` limits how many are kept. Throws an `EchoStsError` (`INVALID_OPTION`), and what a `where` function throws.
   */
  timeline<Name extends EventName, To extends Direction = Direction>(
    filter: TimelineFilter<Name, To> & { event: Name },
  ): readonly EntryOf<Name, To>[];
  /** The same for all events. */
  timeline(filter?: TimelineFilter): readonly TimelineEntry[];
  /**
   * Returns the timeline as a sequence diagram: text for a terminal, or `mermaid` for a page.
   * Throws an `EchoStsError` (`INVALID_OPTION`).
   */
  format<Name extends EventName, To extends Direction = Direction>(
    form?: 'text' | 'mermaid',
    options?: FormatOptions<Name, To>,
  ): string;
  /**
   * Resolves with the entry when such an event crosses the wire or is noted, at once if it already has. A second call resolves
   * with the same entry, and with `since: entry` with the next one.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT` with the nearest entries and the end of the timeline, `RESET`, `CLOSED` or
   * `INVALID_OPTION`.
   */
  waitFor<Name extends EventName, To extends Direction = Direction>(
    event: Name,
    options?: WaitForOptions<Name, To>,
  ): Promise<EntryOf<Name, To>>;
  /**
   * Iterates over every such entry: past ones first (with `since`, those after it), then each new one. Ends with `reset()` and
   * `close()`.
   * Throws an `EchoStsError` (`INVALID_OPTION`).
   */
  entries<Name extends EventName, To extends Direction = Direction>(
    options?: EntriesOptions<Name, To>,
  ): AsyncIterableIterator<EntryOf<Name, To>>;
  /** Returns what the workers did wrong so far, in order: the newest 1000. */
  violations(): readonly Violation[];
  /**
   * Resolves when nothing is in flight, nothing is due, and both sides have received everything that was sent.
   * `timeoutMs` is in milliseconds of real time, `Infinity` for no limit. The default is the environment variable
   * `ECHO_STS_WAIT_TIMEOUT_MS`, else the option `waitTimeoutMs`: 4000.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT` with what is still going on, `RESET`, `CLOSED` or `INVALID_OPTION`.
   */
  idle(options?: { timeoutMs?: number }): Promise<void>;
}

/** A snapshot of a session, with functions to read its entries and to wait for them. */
export interface SessionView extends SessionSnapshot, Observed {}

/** Options of `verify`. */
export interface VerifyOptions {
  /** Violations that are permitted, in addition to the option `allow`. */
  allow?: readonly ViolationKind[];
}

/** All sessions of a fixture, or the sessions that a scope claims: what a test reads, requires and causes. */
export interface SessionGroup extends Observed {
  /**
   * The URL that a worker connects to: `http://127.0.0.1:PORT`, or `https:` with the option `tls`. The same for a fixture and its
   * scopes.
   */
  readonly url: string;
  /** Frozen snapshots, the newest first. Ended sessions stay (the newest 1000) until `reset()`. */
  readonly sessions: readonly SessionSnapshot[];
  /** Returns the newest session of the stream, or undefined when no worker has begun it (PROTOCOL §6.9). */
  session(streamId: string): SessionView | undefined;
  /**
   * Resolves with a session when it has the required state, at once if it already has. A stream that has completed still counts
   * as `completed` when its connection is closed. With `since`, only a session that began after that entry counts.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT`, `RESET`, `CLOSED` or `INVALID_OPTION`.
   */
  waitForSession(options?: WaitForSessionOptions): Promise<SessionView>;
  /**
   * States an event that is required, whether it has come already or comes later; `verify()` rejects when it is missing.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  expectEvent<Name extends EventName, To extends DirectionOf<Name> = DirectionOf<Name>>(
    expectation: Expectation<Name, To>,
  ): ActiveExpectation;
  /**
   * The former name of `expectEvent`, until 1.0.
   * @deprecated Use `expectEvent`: the runner's `expect(sts)` is something else.
   */
  expect<Name extends EventName, To extends DirectionOf<Name> = DirectionOf<Name>>(
    expectation: Expectation<Name, To>,
  ): ActiveExpectation;
  /**
   * Processes everything that the workers have sent, then resolves if all is well. Rejects with an `EchoStsError`
   * (`VERIFY_FAILED`) that lists every expectation that is not met with the nearest entries, every rule and cut that was never
   * used and, with `conduct: 'strict'`, every violation. It also lists what proved nothing, and rejects because of it with
   * `vacuous: 'fail'`. On the fixture it also rejects because of streams that no scope claims, and leaves out violations that a
   * scope has already verified.
   */
  verify(options?: VerifyOptions): Promise<void>;
  /**
   * Sets the processing time of fragments that arrive from now on, like the option `delayMs`.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  setDelay(delayMs: DelayPlan): void;
  /**
   * Sets the simulated backpressure from now on, like the option `backpressure` (PROTOCOL §6.6).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  setBackpressure(backpressure: BackpressureOption): void;
  /**
   * Sends a `backpressure` event now, whatever the load, to the named stream or to all open streams (PROTOCOL §3).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  pushBackpressure(signal: PushedBackpressure): void;
  /**
   * Sends an `error` event now, to the named stream or to all open streams (PROTOCOL §3). It settles no fragment and permits no
   * retry; a fatal one ends the connection. Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  pushError(error: PushedError): void;
  /**
   * Adds a rule after the active ones, and returns it with its hits (PROTOCOL §6.11).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  addErrorRule(rule: ErrorRule): ActiveErrorRule;
  /** The active rules, in their order, with their hits; includes rules that a worker configured for all streams. */
  readonly errorRules: readonly ActiveErrorRule[];
  /** Removes all rules. */
  clearErrorRules(): void;
  /**
   * Breaks a connection: now, or when a stream reaches that point, once or `times` times.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  cut(cut: CutOptions): ActiveCut;
  /** The seed of all chance: pass it as the option `seed` to repeat a run. */
  readonly seed: string;
}

/** Which sessions a scope claims. `streamId` or `workerId` is required; with both, both must match. */
export type ScopeOptions = StreamScopeOptions | WorkerScopeOptions;

/** What every scope may have. */
export interface ScopeFields {
  /**
   * The beginning of the stream ids, or a function of the id. A function that throws, or returns neither `true` nor `false`,
   * claims nothing, and `verify` of the scope rejects with `VERIFY_FAILED`.
   */
  streamId?: string | ((streamId: string) => boolean);
  /** The worker's id, in `stream:init` or the header `X-Worker-ID`. */
  workerId?: string;
  /**
   * Whether violations in its sessions make its `verify()` reject.
   * @default the option `conduct`
   */
  conduct?: 'lenient' | 'strict';
}

/** Claims sessions by their stream, and by their worker where that is given too. */
export interface StreamScopeOptions extends ScopeFields {
  streamId: string | ((streamId: string) => boolean);
}

/** Claims sessions by their worker, and by their stream where that is given too. */
export interface WorkerScopeOptions extends ScopeFields {
  workerId: string;
}

/** The sessions of one test among many on the same server. Disposing it verifies and closes it, like the fixture. */
export interface Scope extends SessionGroup, AsyncDisposable {
  /**
   * Disconnects the workers of its sessions and ends its claim, its rules and its waits. You can still read and verify what it
   * recorded.
   */
  close(): Promise<void>;
}

/**
 * The former name of `SessionGroup`, until 1.0.
 * @deprecated Use `SessionGroup`.
 */
export type Sessions = SessionGroup;
