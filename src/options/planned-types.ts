/** What happens by plan at a point of a stream, or to attempts to connect: types only. What cannot go together has no type. */

import type { FragmentCutPhase, PlannedPhase, SignalPhase } from '../core/cut-forms.js';
import type { BackpressureSignal } from '../core/vocabulary.js';
import type { CutFields, FragmentCutOptions } from './call-options.js';

/** How often something happens by plan, and whether it must. */
export interface PlannedLifetime {
  /**
   * How often; each time it is another message, or another connection.
   * @default 1
   */
  times?: number;
  /**
   * Whether `verify()` accepts that it never happens.
   * @default false
   */
  optional?: boolean;
}

/** Where and how a connection breaks. */
export type PlannedCut = FragmentCutOptions | PlannedConnectionCut;

/** A planned cut that has nothing to do with one fragment. */
export interface PlannedConnectionCut extends CutFields {
  /** On `connect`, or before or after a message of a stream. */
  at: Exclude<PlannedPhase, FragmentCutPhase>;
  /** Only with `after-ack`, `before-processed` and `after-processed`. */
  sequenceNumber?: never;
}

/** Which attempts to connect are refused. An attempt is a request of a worker that opens a connection. */
export interface PlannedRefusal extends PlannedLifetime {
  /**
   * That many attempts are let pass first.
   * @default 0
   */
  after?: number;
  /**
   * How many attempts.
   * @default 1
   */
  times?: number;
  /**
   * The HTTP status, 400–599.
   * @default 503
   */
  status?: number;
}

/** Where the server restarts. */
export type PlannedRestart = FragmentRestart | ConnectionRestart;

/** What every planned restart may have. */
export interface RestartFields extends PlannedLifetime {
  /** Only at this stream; for `connect`, the one that names it in `X-Stream-ID`. */
  streamId?: string;
  /**
   * Milliseconds between going down and listening again.
   * @default 0
   */
  downForMs?: number;
}

/** A restart before or after a message about one fragment. */
export interface FragmentRestart extends RestartFields {
  /** Before or after which message. */
  at: FragmentCutPhase;
  /** Only at the fragment with this number. */
  sequenceNumber?: number;
}

/** A restart that has nothing to do with one fragment. */
export interface ConnectionRestart extends RestartFields {
  /** On `connect`, or before or after a message of a stream. */
  at: Exclude<PlannedPhase, FragmentCutPhase>;
  /** Only with `after-ack`, `before-processed` and `after-processed`. */
  sequenceNumber?: never;
}

/** Where a stream gets which `backpressure`. With `action: 'none'` there is neither `recommendedDelayMs` nor `releaseAfterMs`. */
export type PlannedSignal = (FragmentSignalPoint | StreamSignalPoint) & (SlowdownSignal | ReleaseSignal);

/** A point before or after a message about one fragment. */
export interface FragmentSignalPoint extends PlannedLifetime {
  /** Before or after which message. */
  at: FragmentCutPhase;
  /** Only at the fragment with this number. */
  sequenceNumber?: number;
  /** Only on this stream. */
  streamId?: string;
}

/** A point that has nothing to do with one fragment. */
export interface StreamSignalPoint extends PlannedLifetime {
  /** After `stream:ready`. */
  at: Exclude<SignalPhase, FragmentCutPhase>;
  /** Only with `after-ack`, `before-processed` and `after-processed`. */
  sequenceNumber?: never;
  /** Only on this stream. */
  streamId?: string;
}

/** A planned `backpressure` that holds the worker back. */
export interface SlowdownSignal extends BackpressureSignal {
  /** What the worker must do. */
  readonly action: 'slow_down' | 'pause';
  /**
   * That many milliseconds later, on the fixture's clock, a `backpressure` with `low` and `none` follows, if the stream is
   * still open.
   * @default none follows
   */
  releaseAfterMs?: number;
}

/** A planned `backpressure` that lets the worker send again. */
export interface ReleaseSignal extends BackpressureSignal {
  /** The worker may send at once. */
  readonly action: 'none';
  /** Only with `slow_down` and `pause`. */
  readonly recommendedDelayMs?: never;
  /** Only with `slow_down` and `pause`. */
  releaseAfterMs?: never;
}
