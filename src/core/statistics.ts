/** Counts and durations of the results of one stream (PROTOCOL §3, `stream:complete`; retries count too, §6.4). */

import type { ResultStatus, StreamStatistics } from './vocabulary.js';

export class Statistics {
  readonly #counts: Record<ResultStatus | 'dropped', number> = { success: 0, partial: 0, failed: 0, dropped: 0 };
  /** How many results took so many milliseconds: grows with the spread of the times, not with the stream. */
  readonly #durations = new Map<number, number>();

  /** A dropped result counts apart: the worker has not seen it. */
  record(status: ResultStatus | 'dropped', processingTimeMs: number, times = 1): void {
    this.#counts[status] += times;
    if (status === 'dropped') return;
    this.#durations.set(processingTimeMs, (this.#durations.get(processingTimeMs) ?? 0) + times);
  }

  /** Results that the worker waits for in vain. */
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

  /** Nearest rank: the smallest time that at least so many percent of the results did not exceed. */
  #percentile(percent: number): number {
    let remaining = Math.ceil((percent * this.#total) / 100);
    for (const [duration, count] of [...this.#durations].sort(([a], [b]) => a - b)) {
      remaining -= count;
      if (remaining <= 0) return duration;
    }
    return 0;
  }
}
