/** The messages that a test may send by hand: types only. What cannot go together has no type. */

import type { ErrorCode, FatalCode, Severity } from '../core/error-codes.js';
import type { BackpressureSignal } from '../core/vocabulary.js';

/** A `backpressure` event to send now. With `action: 'none'` there is no `recommendedDelayMs`: the worker may send at once. */
export type PushedBackpressure = PushedSlowdown | PushedRelease;

/** A `backpressure` event that holds the worker back. */
export interface PushedSlowdown extends BackpressureSignal {
  /** What the worker is to do. */
  readonly action: 'slow_down' | 'pause';
  /** All open streams when absent. */
  readonly streamId?: string;
}

/** A `backpressure` event that lets the worker send again. */
export interface PushedRelease extends BackpressureSignal {
  /** The worker may send at once. */
  readonly action: 'none';
  /** Only with `slow_down` and `pause`. */
  readonly recommendedDelayMs?: never;
  /** All open streams when absent. */
  readonly streamId?: string;
}

// The compiler explains what is wrong by the last of the types that come near: what is written most often stands last.

/**
 * An `error` event to send now (PROTOCOL §3). It settles no fragment and permits no retry. A custom code requires `retryable`,
 * and a fatal error requires `streamId`.
 */
export type PushedError =
  | PushedFatalCustomError
  | PushedCustomError
  | PushedNonFatalError
  | PushedProtocolError
  | PushedFatalError;

/** What every pushed error may have. */
export interface PushedErrorFields {
  /** @default 'Simulated error' */
  readonly message?: string;
  /** The fragment that it is about. */
  readonly fragmentId?: string;
  /** As it is sent; keys are written in snake_case. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

interface ProtocolCodeFields extends PushedErrorFields {
  /** @default what PROTOCOL §5 says of the code */
  readonly retryable?: boolean;
}

interface CustomCodeFields extends PushedErrorFields {
  /** Any text that is not one of PROTOCOL §5. */
  readonly code: string & {};
  /** Required with a custom code: whether the error permits another try. */
  readonly retryable: boolean;
}

/** An error with a code of PROTOCOL §5 that is not fatal. */
export interface PushedProtocolError extends ProtocolCodeFields {
  /** One of PROTOCOL §5; a fatal one requires `streamId`. */
  readonly code: Exclude<ErrorCode, FatalCode>;
  /**
   * `fatal` requires a `streamId`.
   * @default what PROTOCOL §5 says of the code
   */
  readonly severity?: Exclude<Severity, 'fatal'>;
  /** All open streams when absent. */
  readonly streamId?: string;
}

/** An error with any code of PROTOCOL §5, and a severity that is not fatal. */
export interface PushedNonFatalError extends ProtocolCodeFields {
  /** One of PROTOCOL §5. */
  readonly code: ErrorCode;
  /** `fatal` requires a `streamId`. */
  readonly severity: Exclude<Severity, 'fatal'>;
  /** All open streams when absent. */
  readonly streamId?: string;
}

/** An error with a code of PROTOCOL §5 for one stream. */
export interface PushedFatalError extends ProtocolCodeFields {
  /** One of PROTOCOL §5. */
  readonly code: ErrorCode;
  /**
   * `fatal` ends the connection of the stream.
   * @default what PROTOCOL §5 says of the code
   */
  readonly severity?: Severity;
  /** Required with a fatal error: the stream whose connection it ends. */
  readonly streamId: string;
}

/** An error with a custom code that is not fatal. */
export interface PushedCustomError extends CustomCodeFields {
  /**
   * `fatal` requires a `streamId`.
   * @default 'error'
   */
  readonly severity?: Exclude<Severity, 'fatal'>;
  /** All open streams when absent. */
  readonly streamId?: string;
}

/** An error with a custom code for one stream. */
export interface PushedFatalCustomError extends CustomCodeFields {
  /**
   * `fatal` ends the connection of the stream.
   * @default 'error'
   */
  readonly severity?: Severity;
  /** Required with a fatal error: the stream whose connection it ends. */
  readonly streamId: string;
}
