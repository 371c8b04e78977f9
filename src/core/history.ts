/** A list of the newest entries only, so that no client can make it grow forever. */
export class History<Entry> {
  readonly #limit: number;
  #entries: Entry[] = [];
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  record(entry: Entry): void {
    this.#entries.push(entry);
    // Halved when full: a shift for each entry would move the whole list each time.
    if (this.#entries.length < this.#limit * 2) return;
    this.#forgotten += this.#limit;
    this.#entries = this.#entries.slice(this.#limit);
  }

  /** The newest entries, oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries.slice(-this.#limit);
  }

  /** Number of older entries that were dropped. */
  get forgotten(): number {
    return this.#forgotten + Math.max(0, this.#entries.length - this.#limit);
  }
}
