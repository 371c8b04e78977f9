/** A list that remembers the newest entries only, so that no client can make it grow for ever. */
export class History<Entry> {
  readonly #limit: number;
  #entries: Entry[] = [];
  #forgotten = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  record(entry: Entry): void {
    this.#entries.push(entry);
    // Trimmed by halves: a shift for each entry would move the whole list each time.
    if (this.#entries.length < this.#limit * 2) return;
    this.#forgotten += this.#limit;
    this.#entries = this.#entries.slice(this.#limit);
  }

  /** The newest entries, oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries.slice(-this.#limit);
  }

  /** How many older entries are gone. */
  get forgotten(): number {
    return this.#forgotten + Math.max(0, this.#entries.length - this.#limit);
  }
}
