/** What a test sees and steers: all sessions of a fixture, those of a scope, or a single one. Types only. */

import type { SessionSnapshot } from '../core/snapshot.js';
import type { ViolationKind } from '../core/violations.js';
import type { DelayPlan } from '../core/vocabulary.js';
import type {
  EntriesOptions,
  EntryOf,
  Expectation,
  TimelineFilter,
  WaitForOptions,
} from '../criteria/entry-criteria.js';
import type { WaitForSessionOptions } from '../criteria/session-criteria.js';
import type { ActiveCut, CutOptions, PushedBackpressure, PushedError } from '../options/call-options.js';
import type { ActiveErrorRule, ErrorRule } from '../options/error-rules.js';
import type { BackpressureOption } from '../options/options.js';
import type { Violation } from '../record/violation-log.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';

/** An expectation that `verify()` will look at. */
export interface ActiveExpectation extends Disposable {
  /** How often it has come so far. */
  readonly hits: number;
  /** Whether it is met as things stand. */
  readonly isMet: boolean;
  /** Takes it back, unchecked, and so does `using` at the end of its block; may be called more than once. */
  remove(): void;
}

/** How `format` writes. */
export interface FormatOptions<Name extends EventName = EventName, To extends Direction = Direction>
  extends TimelineFilter<Name, To> {
  /**
   * Width of the text, at least 60; beyond 120 it gets no wider. Not for `mermaid`.
   * @default 80
   */
  columns?: number;
}

/** What can be read and waited for. */
export interface Observed {
  /**
   * What crossed the wire in either direction and what the fixture decided, in order: frozen. Bounded by the option
   * `timeline`. Throws an `EchoStsError` (`INVALID_OPTION`).
   */
  timeline<Name extends EventName, To extends Direction = Direction>(
    filter: TimelineFilter<Name, To> & { event: Name },
  ): readonly EntryOf<Name, To>[];
  /** The same of all events. */
  timeline(filter?: TimelineFilter): readonly TimelineEntry[];
  /**
   * The timeline as a sequence diagram: text for a terminal, or `mermaid` for a page.
   * Throws an `EchoStsError` (`INVALID_OPTION`).
   */
  format<Name extends EventName, To extends Direction = Direction>(
    form?: 'text' | 'mermaid',
    options?: FormatOptions<Name, To>,
  ): string;
  /**
   * Resolves with the entry once such an event has crossed the wire or been noted, at once if it has already: a second call
   * returns the same entry, and with `since: entry` the next one.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT` with what came nearest and the end of the timeline, `RESET`, `CLOSED`
   * or `INVALID_OPTION`.
   */
  waitFor<Name extends EventName, To extends Direction = Direction>(
    event: Name,
    options?: WaitForOptions<Name, To>,
  ): Promise<EntryOf<Name, To>>;
  /**
   * Every such entry, those of the past first, or of them those after `since`, then each as it comes; ends with `reset()` and
   * `close()`.
   * Throws an `EchoStsError` (`INVALID_OPTION`).
   */
  entries<Name extends EventName, To extends Direction = Direction>(
    options?: EntriesOptions<Name, To>,
  ): AsyncIterableIterator<EntryOf<Name, To>>;
  /** What the worker has done wrong so far, in order: the newest 1000. */
  violations(): readonly Violation[];
  /**
   * Resolves once nothing is in flight, no timer is due and nothing that either side has said is unheard.
   * `timeoutMs` is in milliseconds of real time, `Infinity` for ever; left out, it is what the environment variable
   * `ECHO_STS_WAIT_TIMEOUT_MS` says, else the option `waitTimeoutMs`: 4000.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT` with what is still going on, `RESET`, `CLOSED` or `INVALID_OPTION`.
   */
  idle(options?: { timeoutMs?: number }): Promise<void>;
}

/** A session as it was when it was asked for, with functions to read and wait for what belongs to it. */
export interface SessionView extends SessionSnapshot, Observed {}

/** What `verify` looks at besides expectations and rules. */
export interface VerifyOptions {
  /** Violations that are excused, besides those of the option `allow`. */
  allow?: readonly ViolationKind[];
}

/** All sessions of a fixture, or those that a scope claims, and what is expected of them and done to them. */
export interface SessionGroup extends Observed {
  /**
   * Where a worker connects to, as `http://127.0.0.1:PORT`, or `https:` with the option `tls`: the same for a fixture and for
   * its scopes.
   */
  readonly url: string;
  /** Newest first: frozen snapshots. Ended ones stay (the newest 1000) until `reset()`. */
  readonly sessions: readonly SessionSnapshot[];
  /** The newest session of the stream; undefined when no worker has begun it (PROTOCOL §6.9). */
  session(streamId: string): SessionView | undefined;
  /**
   * Resolves with a session once it is as asked for, at once if one is already. A stream that has completed still
   * counts as `completed` when its connection is closed. With `since`, a session that was begun after that entry.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT`, `RESET`, `CLOSED` or `INVALID_OPTION`.
   */
  waitForSession(options?: WaitForSessionOptions): Promise<SessionView>;
  /**
   * States an event that is required, whether it has come already or comes later; `verify()` rejects when it is missing.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  expectEvent<Name extends EventName, To extends Direction = Direction>(
    expectation: Expectation<Name, To>,
  ): ActiveExpectation;
  /**
   * The former name of `expectEvent`, until 1.0.
   * @deprecated Use `expectEvent`: the runner's `expect(sts)` is something else.
   */
  expect<Name extends EventName, To extends Direction = Direction>(
    expectation: Expectation<Name, To>,
  ): ActiveExpectation;
  /**
   * Hears out what the workers have said, then rejects with an `EchoStsError` (`VERIFY_FAILED`) that names every missed
   * expectation with what came nearest, every rule and cut that never fired and, with `conduct: 'strict'`, every violation. It
   * lists what has proved nothing besides, and fails on it with `vacuous: 'fail'`.
   * That of the fixture fails on streams that no scope claims, too, and leaves violations that a scope has verified to it.
   */
  verify(options?: VerifyOptions): Promise<void>;
  /**
   * Sets the processing time of fragments that arrive from now on, as the option `delayMs` does.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  setDelay(delayMs: DelayPlan): void;
  /**
   * Sets the simulated backpressure from now on, as the option `backpressure` does (PROTOCOL §6.6).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  setBackpressure(backpressure: BackpressureOption): void;
  /**
   * Sends a `backpressure` event now, whatever the load, to the stream named or to all that are open (PROTOCOL §3).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  pushBackpressure(signal: PushedBackpressure): void;
  /**
   * Sends an `error` event now, to the stream named or to all that are open (PROTOCOL §3). It settles no fragment and permits
   * no retry; a fatal one ends the connection. Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  pushError(error: PushedError): void;
  /**
   * Adds a rule behind those in force (PROTOCOL §6.11).
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  addErrorRule(rule: ErrorRule): ActiveErrorRule;
  /** The rules in force, in their order, with their hits; those that came over the wire for all streams too. */
  readonly errorRules: readonly ActiveErrorRule[];
  /** Takes them all out of force. */
  clearErrorRules(): void;
  /**
   * Breaks a connection: at once, or when a stream comes to that point, once or `times` times.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  cut(cut: CutOptions): ActiveCut;
  /** What chance is drawn from: pass it as the option `seed` to see the same again. */
  readonly seed: string;
}

/** Which sessions a scope claims; `streamId` or `workerId` must be given, and both must hold where both are. */
export interface ScopeOptions {
  /**
   * The beginning of their stream ids, or a function of the id. One that throws, or answers neither true nor false, claims
   * nothing, and `verify` of the scope fails with `VERIFY_FAILED`.
   */
  streamId?: string | ((streamId: string) => boolean);
  /** The worker's id, in `stream:init` or the header `X-Worker-ID`. */
  workerId?: string;
  /**
   * Whether violations of its sessions make its `verify()` fail.
   * @default what the option `conduct` says
   */
  conduct?: 'lenient' | 'strict';
}

/** The sessions of one test among many on the same server. Disposing verifies it, as that of the fixture does, and closes it. */
export interface Scope extends SessionGroup, AsyncDisposable {
  /**
   * Disconnects the workers of its sessions and gives up its claim; its rules and waits end with it. What it has recorded
   * can still be read and verified.
   */
  close(): Promise<void>;
}

/**
 * The former name of `SessionGroup`, until 1.0.
 * @deprecated Use `SessionGroup`.
 */
export type Sessions = SessionGroup;
