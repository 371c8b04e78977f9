/** Entries of a timeline one after the other, those of the past first, then each as it comes. */

import { type EntryCriteria, isMeant } from '../criteria/entry-criteria.js';
import type { TimelineEntry } from '../timeline/entry.js';
import type { Participant } from '../timeline/stored-entry.js';
import type { Timeline } from '../timeline/timeline.js';
import type { Waits } from './waits.js';

/** Which entries, and whose iteration it is. */
export interface Iteration {
  readonly timeline: Timeline;
  readonly waits: Waits;
  readonly owner: object;
  readonly isMine: (participant: Participant | undefined) => boolean;
  readonly criteria: EntryCriteria;
}

/** Between two steps it leaves nothing behind: who drops it need not say so. */
export class EntryIterator implements AsyncIterableIterator<TimelineEntry> {
  readonly #iteration: Iteration;
  /** The entries of this one: with the next they are forgotten. */
  readonly #era: number;
  readonly #steps: AsyncGenerator<TimelineEntry, undefined>;
  #isOver = false;
  #wake = () => {};

  constructor(iteration: Iteration) {
    this.#iteration = iteration;
    this.#era = iteration.timeline.era;
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
    const { timeline, isMine, criteria } = this.#iteration;
    let seen = 0;
    // Read afterwards they might be gone: a timeline may have no room at all.
    let fresh: TimelineEntry[] = [];
    while (!this.#isOver && timeline.era === this.#era) {
      const upTo = fresh.at(-1)?.n ?? timeline.newest;
      const entries = fresh.length > 0 ? fresh : timeline.read({ event: criteria.event, since: seen }, isMine);
      for (const entry of entries) {
        if (this.#isOver || timeline.era !== this.#era) return undefined;
        if (isMeant(criteria, entry)) yield entry;
      }
      seen = upTo;
      fresh = timeline.newest > seen ? [] : await this.#news();
    }
    return undefined;
  }

  /** What comes next; ends the iteration when nothing can come any more. */
  async #news(): Promise<TimelineEntry[]> {
    const { timeline, waits, owner, isMine } = this.#iteration;
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
