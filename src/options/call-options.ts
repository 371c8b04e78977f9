/** What the functions of the handle take, and what checks it. */

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
  together,
  trueOrFalse,
} from '../checks/fields.js';
import type { Merged, Same } from '../checks/same.js';
import { violationKinds } from '../checks/violation-kinds.js';
import { MAX_TIMER_MS } from '../clock/clock.js';
import {
  CUT_FORMS,
  CUT_PHASES,
  type CutForm,
  type CutPhase,
  FRAGMENT_CUT_PHASES,
  type FragmentCutPhase,
} from '../core/cut-forms.js';
import { ERROR_CODES, isErrorCode, type Severity, SIMULATED_ERROR_MESSAGE } from '../core/error-codes.js';
import { show } from '../core/show.js';
import { errorCode, retryableExpected } from './error-rules.js';
import type { PushedBackpressure, PushedError } from './pushed-types.js';

/** Where and how a connection breaks. */
export type CutOptions = FragmentCutOptions | ConnectionCutOptions;

/** What every cut may have. */
export interface CutFields {
  /** In which way. */
  how: CutForm;
  /** Only the connection of this stream; for `connect`, the one that names it in `X-Stream-ID`. */
  streamId?: string;
  /**
   * How often; each time it is another message, or another connection.
   * @default 1, and for `now` all connections there are
   */
  times?: number;
  /**
   * Whether `verify()` accepts that it never happens.
   * @default false
   */
  optional?: boolean;
}

/** A cut before or after a message about one fragment. */
export interface FragmentCutOptions extends CutFields {
  /** Before or after which message. */
  at: FragmentCutPhase;
  /** Only at the fragment with this number. */
  sequenceNumber?: number;
}

/** A cut that has nothing to do with one fragment. */
export interface ConnectionCutOptions extends CutFields {
  /** `now`, on `connect`, or before or after a message of a stream. */
  at: Exclude<CutPhase, FragmentCutPhase>;
  /** Only with `after-ack`, `before-processed` and `after-processed`. */
  sequenceNumber?: never;
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
   * How many of the next connections.
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

/** What every cut may have, as a schema. */
export const cutFields = {
  how: oneOf(...(Object.keys(CUT_FORMS) as CutForm[])),
  streamId: v.optional(nonEmptyText),
  sequenceNumber: v.optional(integer(0)),
  times: v.optional(countOrInfinity),
  optional: v.optional(trueOrFalse),
};

/** Where something happens. */
interface Located {
  at: CutPhase;
  sequenceNumber?: number | undefined;
}

/** What is wrong with a sequence number: only a phase that has to do with one fragment goes with one. */
export function mislocated({ at, sequenceNumber }: Located): string | undefined {
  if (sequenceNumber === undefined || FRAGMENT_CUT_PHASES.some((phase) => phase === at)) return undefined;
  const phases = FRAGMENT_CUT_PHASES.map(show).join(', ');
  return `expected nothing with \`at\` ${show(at)}, got ${sequenceNumber}; it goes with ${phases}`;
}

export const cutOptions = v.pipe(
  closedRecord({ at: oneOf(...CUT_PHASES), ...cutFields }),
  together('sequenceNumber', (fields) => mislocated(fields)),
);

true satisfies Same<Merged<CutOptions>, v.InferInput<typeof cutOptions>>;

/** What every signal may have, as a schema. */
export const signalFields = {
  severity: oneOf('low', 'medium', 'high'),
  action: oneOf('none', 'slow_down', 'pause'),
  recommendedDelayMs: v.optional(integer(0)),
  streamId: v.optional(nonEmptyText),
};

/** What is wrong with a number that does not go with the action `none`. */
export function uselessWithNone(action: string, value: number | undefined): string | undefined {
  if (action !== 'none' || value === undefined) return undefined;
  return `expected nothing with \`action\` "none", got ${value}; it goes with "slow_down" and "pause"`;
}

export const pushedBackpressure = v.pipe(
  closedRecord(signalFields),
  together('recommendedDelayMs', ({ action, recommendedDelayMs }) => uselessWithNone(action, recommendedDelayMs)),
);

true satisfies Same<Merged<PushedError>, v.InferInput<typeof pushedError>>;
true satisfies Same<Merged<PushedBackpressure>, v.InferInput<typeof pushedBackpressure>>;

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
  together('retryable', (fields) => retryableExpected(fields)),
  together('streamId', ({ code, severity, streamId }) =>
    streamId !== undefined || !isFatal(code, severity)
      ? undefined
      : `expected a stream id with the fatal error ${show(code)}, which ends the connection of that stream, got nothing`,
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
