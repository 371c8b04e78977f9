/**
 * What workers have been told, counted from the start and for every fragment, so that `/metrics` knows of what happened
 * before anybody asked for it. Bounded by the number of error codes and reasons; it does not know how counts are shown.
 */

import type { Message } from '../core/protocol.js';
import type { ResultStatus } from '../core/vocabulary.js';

/** Processing times are counted in these classes: up to so many milliseconds each, and one for all that is longer. */
export const PROCESSING_BOUNDS_MS: readonly number[] = [
  1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000,
];

/** What has been counted of one class of processing times. */
export interface ProcessingTimes {
  readonly count: number;
  /** Of all of them, an integer. */
  readonly totalMs: number;
}

export interface Counts {
  readonly results: Readonly<Record<ResultStatus, number>>;
  /** By code: `error` events, the errors of results, and those that a connection was turned away with. */
  readonly errors: ReadonlyMap<string, number>;
  /** Connections that were turned away, by reason. */
  readonly refusals: ReadonlyMap<string, number>;
  /** One for each of `PROCESSING_BOUNDS_MS`, and the last for what is longer. */
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

  /** Somebody was told of an error with this code. */
  failed(code: string): void {
    this.#counts.errors.set(code, (this.#counts.errors.get(code) ?? 0) + 1);
  }

  /** Somebody was turned away for this reason, one of a few. */
  refused(reason: string): void {
    this.#counts.refusals.set(reason, (this.#counts.refusals.get(reason) ?? 0) + 1);
  }

  /** What has been counted since the last call. */
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
    // `at(-1)`, where no bound is high enough, is the last one.
    times: [...PROCESSING_BOUNDS_MS, Number.POSITIVE_INFINITY].map(() => ({ count: 0, totalMs: 0 })),
  };
}
