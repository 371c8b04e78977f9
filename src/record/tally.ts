/**
 * Counts what is sent to workers, from the start, so that `/metrics` covers everything before the first request.
 * Bounded by the number of error codes and reasons. It does not know how the counts are shown.
 */

import type { Message } from '../core/protocol.js';
import type { ResultStatus } from '../core/vocabulary.js';

/** Upper bounds of the classes of processing times, milliseconds; one more class contains all longer times. */
export const PROCESSING_BOUNDS_MS: readonly number[] = [
  1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000,
];

/** The counts of one class of processing times. */
export interface ProcessingTimes {
  readonly count: number;
  /** Their sum, an integer. */
  readonly totalMs: number;
}

export interface Counts {
  readonly results: Readonly<Record<ResultStatus, number>>;
  /** By code: `error` events, errors of results, and errors of refused connections. */
  readonly errors: ReadonlyMap<string, number>;
  /** Connections that were turned away, by reason. */
  readonly refusals: ReadonlyMap<string, number>;
  /** One for each of `PROCESSING_BOUNDS_MS`, and the last for longer times. */
  readonly times: readonly ProcessingTimes[];
}

export class Tally {
  #counts = noCounts();

  said(message: Message): void {
    if (message.kind === 'error') this.failed(message.code);
    if (message.kind !== 'fragment:processed') return;
    const { status, processingTimeMs, error } = message;
    this.#counts.results[status] += 1;
    const above = PROCESSING_BOUNDS_MS.findIndex((bound) => processingTimeMs <= bound);
    const times = this.#counts.times.at(above);
    if (times !== undefined) {
      times.count += 1;
      times.totalMs += processingTimeMs;
    }
    if (error !== undefined) this.failed(error.code);
  }

  /** An error with this code was sent. */
  failed(code: string): void {
    this.#counts.errors.set(code, (this.#counts.errors.get(code) ?? 0) + 1);
  }

  /** A connection was turned away for this reason, one of a few. */
  refused(reason: string): void {
    this.#counts.refusals.set(reason, (this.#counts.refusals.get(reason) ?? 0) + 1);
  }

  /** Returns the counts since the last call. */
  take(): Counts {
    const counts = this.#counts;
    this.#counts = noCounts();
    return counts;
  }
}

function noCounts() {
  return {
    results: { success: 0, partial: 0, failed: 0 },
    errors: new Map<string, number>(),
    refusals: new Map<string, number>(),
    // If no bound is high enough, `at(-1)` is the last class.
    times: [...PROCESSING_BOUNDS_MS, Number.POSITIVE_INFINITY].map(() => ({ count: 0, totalMs: 0 })),
  };
}
