/** Counts and durations of the results of one stream (PROTOCOL §3, `stream:complete`; retries count too, §6.4). */

import { LazyMap } from './lazy-tables.js';
import type { ResultStatus, StreamStatistics } from './vocabulary.js';

export class Statistics {
  readonly #counts: Record<ResultStatus | 'dropped', number> = { success: 0, partial: 0, failed: 0, dropped: 0 };
  /**
   * Number of results by duration in milliseconds: grows with the number of different durations, not with the stream.
   */
  readonly #durations = new LazyMap<number, number>();

  /** A dropped result is counted separately, because the worker does not get it. */
  record(status: ResultStatus | 'dropped', processingTimeMs: number, times = 1): void {
    this.#counts[status] += times;
    if (status === 'dropped') return;
    this.#durations.set(processingTimeMs, (this.#durations.get(processingTimeMs) ?? 0) + times);
  }

  /** Number of results that the worker never gets. */
  get dropped(): number {
    return this.#counts.dropped;
  }

  /** All zero for an empty stream. */
  summary(): StreamStatistics {
    return {
      successCount: this.#counts.success,
      partialCount: this.#counts.partial,
      failedCount: this.#counts.failed,
      droppedCount: this.#counts.dropped,
      avgProcessingTimeMs: this.#average(),
      p95ProcessingTimeMs: this.#percentile(95),
    };
  }

  get #total(): number {
    return this.#counts.success + this.#counts.partial + this.#counts.failed;
  }

  #average(): number {
    let sum = 0;
    for (const [duration, count] of this.#durations) sum += duration * count;
    return Math.round(sum / Math.max(1, this.#total));
  }

  /** Nearest rank: the smallest time that at least `percent` percent of the results do not exceed. */
  #percentile(percent: number): number {
    let remaining = Math.ceil((percent * this.#total) / 100);
    for (const [duration, count] of [...this.#durations].sort(([a], [b]) => a - b)) {
      remaining -= count;
      if (remaining <= 0) return duration;
    }
    return 0;
  }
}
