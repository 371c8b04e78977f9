/** What has become of each fragment of a stream, without its audio: for inspection, duplicates and retries. Bounded. */

import type { FragmentRecord } from './snapshot.js';

/** At most so many fragments of a stream are remembered, … */
export const RECORD_LIMIT = 10_000;
/** … and at most so many characters of their ids, for ids may be any string (PROTOCOL §2). */
export const ID_CHARACTER_LIMIT = 1_048_576;
/** Forgetting begins so much beyond the limits, and then goes down to them: one at a time it would be slow. */
const SLACK = 1.1;

/** Changed in place: a copy for every event of every fragment would be the dearest step of all. */
type Kept = { -readonly [Field in keyof FragmentRecord]: FragmentRecord[Field] };

export class FragmentRecords {
  readonly #byId = new Map<string, Kept>();
  #characters = 0;
  #taken = 0;

  /** How many different fragments were taken, remembered or not. */
  get taken(): number {
    return this.#taken;
  }

  /** How many of them are no longer told of. */
  get forgotten(): number {
    return Math.max(0, this.#taken - Math.min(this.#byId.size, RECORD_LIMIT));
  }

  get(fragmentId: string): FragmentRecord | undefined {
    return this.#byId.get(fragmentId);
  }

  /** False only for an id that was certainly never taken. */
  mayHaveTaken(fragmentId: string): boolean {
    return this.#byId.has(fragmentId) || this.forgotten > 0;
  }

  /** The newest, as copies. */
  all(): FragmentRecord[] {
    return [...this.#byId.values()].slice(-RECORD_LIMIT).map((record) => ({ ...record }));
  }

  /** Answers which attempt this is: 1 for a fragment that is new. */
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

  /** What has been learnt of a fragment since; a fragment that is no longer remembered stays forgotten. */
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
