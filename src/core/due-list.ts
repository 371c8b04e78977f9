/** What is going to happen at a known time, in the order in which it will. It does not know what that is. */

const NEVER = Number.POSITIVE_INFINITY;

export class DueList<What> {
  /** Earliest first; of those at the same time, the one that was added first. */
  #entries: { readonly at: number; readonly what: What }[] = [];

  /** When the first of them is due; Infinity when nothing is. */
  get nextAt(): number {
    return this.#entries[0]?.at ?? NEVER;
  }

  /** When it is due; Infinity when it is not in the list. */
  timeOf(what: What): number {
    return this.#entries.find((entry) => entry.what === what)?.at ?? NEVER;
  }

  add(at: number, what: What): void {
    const before = this.#entries.findLastIndex((entry) => entry.at <= at);
    this.#entries.splice(before + 1, 0, { at, what });
  }

  /** It is due then and at no other time; Infinity takes it out. */
  set(at: number, what: What): void {
    if (this.timeOf(what) === at) return;
    this.#entries = this.#entries.filter((entry) => entry.what !== what);
    if (at !== NEVER) this.add(at, what);
  }

  /** Takes out all that is due by now, in order. */
  take(now: number): What[] {
    if (now < this.nextAt) return [];
    const due = this.#entries.filter((entry) => entry.at <= now);
    this.#entries = this.#entries.slice(due.length);
    return due.map(({ what }) => what);
  }

  clear(): void {
    this.#entries = [];
  }
}
