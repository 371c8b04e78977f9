/** Entries of a timeline one after the other, those of the past first, then each as it comes. */

import { type EntryCriteria, isMeant } from '../criteria/entry-criteria.js';
import type { TimelineEntry } from '../timeline/entry.js';
import type { Group } from './group.js';

/** Between two steps it leaves nothing behind: who drops it need not say so. */
export class EntryIterator implements AsyncIterableIterator<TimelineEntry> {
  readonly #group: Group;
  readonly #criteria: EntryCriteria;
  /** The entries of this one: with the next they are forgotten. */
  readonly #era: number;
  readonly #steps: AsyncGenerator<TimelineEntry, undefined>;
  #isOver = false;
  #wake = () => {};

  constructor(group: Group, criteria: EntryCriteria) {
    this.#group = group;
    this.#criteria = criteria;
    this.#era = group.state.timeline.era;
    this.#steps = this.#walk();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<TimelineEntry, undefined>> {
    return this.#steps.next();
  }

  /** Ends it, also while somebody waits for its next step. */
  return(): Promise<IteratorResult<TimelineEntry, undefined>> {
    this.#isOver = true;
    this.#wake();
    return this.#steps.return(undefined);
  }

  async *#walk(): AsyncGenerator<TimelineEntry, undefined> {
    const { isMine, state } = this.#group;
    const { timeline } = state;
    const criteria = this.#criteria;
    let seen = criteria.since ?? 0;
    // Read afterwards they might be gone: a timeline may have no room at all.
    let fresh: TimelineEntry[] = [];
    while (!this.#isOver && timeline.era === this.#era) {
      const upTo = fresh.at(-1)?.n ?? timeline.newest;
      const entries = fresh.length > 0 ? fresh : timeline.read({ event: criteria.event, since: seen }, isMine);
      for (const entry of entries) {
        if (this.#isOver || timeline.era !== this.#era) return undefined;
        if (isMeant(criteria, entry)) yield entry;
      }
      seen = Math.max(seen, upTo);
      fresh = timeline.newest > seen ? [] : await this.#news();
    }
    return undefined;
  }

  /** What comes next; ends the iteration when nothing can come any more. */
  async #news(): Promise<TimelineEntry[]> {
    const { owner, isMine, state } = this.#group;
    const { timeline, waits } = state;
    const entries: TimelineEntry[] = [];
    const unlisten = timeline.listen((entry) => {
      entries.push(entry);
      this.#wake();
    }, isMine);
    const mayCome = await waits.next(owner, (come) => {
      this.#wake = come;
      return () => {};
    });
    unlisten();
    this.#isOver ||= !mayCome;
    return entries;
  }
}
