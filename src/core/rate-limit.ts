/** At most so many in any minute. */

const WINDOW_MS = 60_000;

export class RateLimit {
  readonly #limit: number;
  /** When the newest ones came, oldest first; never more than the limit. */
  #times: number[] = [];

  /** Infinity: no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How long until there is room for one more, milliseconds; 0 when there is. */
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
