/** The record of each fragment of a stream, without its audio: for inspection, duplicates and retries. Bounded. */

import { LazyMap } from './lazy-tables.js';
import type { FragmentRecord } from './snapshot.js';

/** Maximum number of remembered fragments of a stream. */
export const RECORD_LIMIT = 10_000;
/** Maximum total length of their ids, in characters, because an id may be any string (PROTOCOL §2). */
export const ID_CHARACTER_LIMIT = 1_048_576;
/** Forgetting begins at this factor over the limits and goes down to them: one at a time would be slow. */
const SLACK = 1.1;

/** Changed in place: copying it for every event of every fragment would cost the most time of all steps. */
type Kept = { -readonly [Field in keyof FragmentRecord]: FragmentRecord[Field] };

export class FragmentRecords {
  readonly #byId = new LazyMap<string, Kept>();
  #characters = 0;
  #taken = 0;

  /** Number of different fragments accepted, including forgotten ones. */
  get taken(): number {
    return this.#taken;
  }

  /** Number of those that are no longer listed. */
  get forgotten(): number {
    return Math.max(0, this.#taken - Math.min(this.#byId.size, RECORD_LIMIT));
  }

  get(fragmentId: string): FragmentRecord | undefined {
    return this.#byId.get(fragmentId);
  }

  /** False only for an id that was certainly never accepted. */
  mayHaveTaken(fragmentId: string): boolean {
    return this.#byId.has(fragmentId) || this.forgotten > 0;
  }

  /** The newest, as copies. */
  all(): FragmentRecord[] {
    return [...this.#byId.values()].slice(-RECORD_LIMIT).map((record) => ({ ...record }));
  }

  /** Returns the number of the attempt: 1 for a new fragment. */
  take(fragmentId: string, sequenceNumber: number, receivedAt: number): number {
    const before = this.#byId.get(fragmentId);
    if (before === undefined) {
      this.#taken += 1;
      this.#characters += fragmentId.length;
    }
    const attempts = (before?.attempts ?? 0) + 1;
    this.#byId.set(fragmentId, { fragmentId, sequenceNumber, status: 'processing', attempts, receivedAt });
    if (this.#exceeds(SLACK)) this.#forgetOldest();
    return attempts;
  }

  /** Adds to the record of a fragment. Does nothing if it is forgotten. */
  update(fragmentId: string, news: Partial<FragmentRecord>): void {
    const record = this.#byId.get(fragmentId);
    if (record !== undefined) Object.assign(record, news);
  }

  #exceeds(slack: number): boolean {
    return this.#byId.size > RECORD_LIMIT * slack || this.#characters > ID_CHARACTER_LIMIT * slack;
  }

  #forgetOldest(): void {
    for (const fragmentId of this.#byId.keys()) {
      if (!this.#exceeds(1)) return;
      this.#byId.delete(fragmentId);
      this.#characters -= fragmentId.length;
    }
  }
}
