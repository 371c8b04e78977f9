/** Errors of a caller of the library. Errors of a worker go over the wire instead. */

import { knownAcrossCopies } from '../core/across-copies.js';

/** What each code of an `EchoStsError` means. */
export const ECHO_STS_ERROR_CODES = {
  INVALID_OPTION: 'an option or argument is not as documented',
  PORT_IN_USE: 'the only port that was asked for is taken, or every port of the range',
  LISTEN_FAILED: 'the address cannot be listened on, for another reason',
  WAIT_TIMEOUT: 'what was waited for did not come in time',
  VERIFY_FAILED: 'an expectation was missed, a rule or a cut never fired, or a worker misbehaved',
  RESET: 'what was waited for can no longer come: `reset()` was called',
  CLOSED: 'the fixture or the scope was closed',
  CONTROL_REFUSED: 'the fixture does not let this control client in: its version, token or origin is wrong',
  CONTROL_FAILED: 'the fixture failed while it carried out a call of a control client',
  DISCONNECTED: 'the fixture in the other process cannot be reached, or has gone',
  NOT_SERIALIZABLE: 'a value cannot be sent to another process, such as a function',
  MISSING_PACKAGE: 'an optional package has to be installed for this',
  CLOCK_NOT_MANUAL: '`advance()`, `runToNext()` or `runToIdle()` was called without `clock: manualClock()`',
  EXPLORE_FAILED: '`explore` found a plan with which the run fails',
  CLOCK_NEVER_IDLE: '`runToIdle()` was stopped, because something was always due',
} as const;

/** A stable name for what went wrong. */
export type EchoStsErrorCode = keyof typeof ECHO_STS_ERROR_CODES;

/**
 * Every error that echo-sts throws or rejects with. Branch on `code`; read `message`. `instanceof` knows those of another
 * copy of the library too.
 */
export class EchoStsError extends Error {
  override readonly name = 'EchoStsError';
  readonly code: EchoStsErrorCode;

  constructor(code: EchoStsErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

knownAcrossCopies(EchoStsError, 'EchoStsError');

/** Where a test has called a function of ours: an error that comes later points there, and not into our timers. */
export class CallSite {
  readonly #holder: { stack?: string } = {};

  /** To be made while the function that the test has called is still running, before its first `await`. */
  constructor(called: (...values: never[]) => unknown) {
    Error.captureStackTrace(this.#holder, called);
  }

  /** The frames of the call, the newest first. */
  get frames(): readonly string[] {
    return (this.#holder.stack ?? '').split('\n').slice(1);
  }

  /** The same error. */
  mark(error: EchoStsError): EchoStsError {
    error.stack = [`${error.name}: ${error.message}`, ...this.frames].join('\n');
    return error;
  }
}
