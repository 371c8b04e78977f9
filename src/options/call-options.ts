/** What the functions of the handle take: as types, and as what checks it. */

import * as v from 'valibot';
import {
  closedRecord,
  countOrInfinity,
  field,
  integer,
  isRecord,
  nonEmptyText,
  oneOf,
  text,
  trueOrFalse,
} from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { violationKinds } from '../checks/violation-kinds.js';
import { MAX_TIMER_MS } from '../clock/clock.js';
import { CUT_FORMS, CUT_PHASES, type CutForm, type CutPhase } from '../core/cut-forms.js';
import {
  ERROR_CODES,
  type ErrorCode,
  isErrorCode,
  type Severity,
  SIMULATED_ERROR_MESSAGE,
} from '../core/error-codes.js';
import { show } from '../core/show.js';
import type { BackpressureSignal } from '../core/vocabulary.js';
import { errorCode, retryableExpected } from './error-rules.js';

/** A `backpressure` event to send now. */
export interface PushedBackpressure extends BackpressureSignal {
  /** All open streams when absent. */
  readonly streamId?: string;
}

/** An `error` event to send now (PROTOCOL §3). It settles no fragment and permits no retry. */
export interface PushedError {
  /** One of PROTOCOL §5, or one of your own. */
  readonly code: ErrorCode | (string & {});
  /** @default 'Simulated error' */
  readonly message?: string;
  /**
   * `fatal` ends the connection, and needs a `streamId`.
   * @default what PROTOCOL §5 says of the code; `error` for one of your own
   */
  readonly severity?: Severity;
  /**
   * Required for a code of your own.
   * @default what PROTOCOL §5 says of the code
   */
  readonly retryable?: boolean;
  /** All open streams when absent. */
  readonly streamId?: string;
  /** The fragment that it is about. */
  readonly fragmentId?: string;
  /** As it is sent; keys are written in snake_case. */
  readonly metadata?: Readonly<Record<string, unknown>>;
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
  /**
   * Whether `verify()` does not mind if it never happens.
   * @default false
   */
  optional?: boolean;
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

/** The phases that have to do with one fragment. */
const FRAGMENT_PHASES: readonly CutPhase[] = ['after-ack', 'before-processed', 'after-processed'];

export const cutOptions = v.pipe(
  closedRecord({
    at: oneOf(...CUT_PHASES),
    how: oneOf(...(Object.keys(CUT_FORMS) as CutForm[])),
    streamId: v.optional(nonEmptyText),
    sequenceNumber: v.optional(integer(0)),
    times: v.optional(countOrInfinity),
    optional: v.optional(trueOrFalse),
  }),
  v.forward(
    v.check(
      ({ at, sequenceNumber }) => sequenceNumber === undefined || FRAGMENT_PHASES.includes(at),
      ({ input: { at, sequenceNumber } }) =>
        `expected nothing with \`at\` ${show(at)}, got ${sequenceNumber}; it goes with ${FRAGMENT_PHASES.map(show).join(', ')}`,
    ),
    ['sequenceNumber'],
  ),
);

true satisfies Same<CutOptions, v.InferInput<typeof cutOptions>>;

export const pushedBackpressure = closedRecord({
  severity: oneOf('low', 'medium', 'high'),
  action: oneOf('none', 'slow_down', 'pause'),
  recommendedDelayMs: v.optional(integer(0)),
  streamId: v.optional(nonEmptyText),
});

true satisfies Same<PushedError, v.InferInput<typeof pushedError>>;
true satisfies Same<PushedBackpressure, v.InferInput<typeof pushedBackpressure>>;

export const pushedError = v.pipe(
  closedRecord({
    code: errorCode,
    message: v.optional(text, SIMULATED_ERROR_MESSAGE),
    severity: v.optional(oneOf('warning', 'error', 'fatal')),
    retryable: v.optional(trueOrFalse),
    streamId: v.optional(nonEmptyText),
    fragmentId: v.optional(nonEmptyText),
    metadata: v.optional(field<Readonly<Record<string, unknown>>>('an object', isRecord)),
  }),
  v.forward(
    v.check(
      ({ code, retryable }) => isErrorCode(code) || retryable !== undefined,
      ({ input: { code } }) => retryableExpected(code),
    ),
    ['retryable'],
  ),
  v.forward(
    v.check(
      ({ code, severity, streamId }) => streamId !== undefined || !isFatal(code, severity),
      ({ input: { code } }) =>
        `expected a stream id with the fatal error ${show(code)}, which ends the connection of that stream, got nothing`,
    ),
    ['streamId'],
  ),
);

function isFatal(code: string, severity: Severity | undefined): boolean {
  return (severity ?? (isErrorCode(code) ? ERROR_CODES[code].severity : undefined)) === 'fatal';
}

export const refuseOptions = closedRecord({
  times: v.optional(integer(1), 1),
  status: v.optional(integer(400, 599), 503),
});

true satisfies Same<RefuseOptions, v.InferInput<typeof refuseOptions>>;

export const restartOptions = closedRecord({ downForMs: v.optional(integer(0, MAX_TIMER_MS), 0) });

true satisfies Same<RestartOptions, v.InferInput<typeof restartOptions>>;

export const closeOptions = closedRecord({ abrupt: v.optional(trueOrFalse, false) });

export const verifyOptions = closedRecord({ allow: v.optional(violationKinds, []) });
