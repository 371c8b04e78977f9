/** A limit of arrivals per minute. */

const WINDOW_MS = 60_000;

export class RateLimit {
  readonly #limit: number;
  /** The times of the newest arrivals, oldest first; never more than the limit. */
  #times: number[] = [];

  /** Infinity: no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Time until one more is permitted, milliseconds; 0 when it is permitted now. */
  waitMs(now: number): number {
    const [oldest] = this.#times;
    if (this.#times.length < this.#limit || oldest === undefined) return 0;
    return Math.max(0, oldest + WINDOW_MS - now);
  }

  count(now: number): void {
    if (this.#limit === Number.POSITIVE_INFINITY) return;
    this.#times.push(now);
    if (this.#times.length > this.#limit) this.#times.shift();
  }
}
