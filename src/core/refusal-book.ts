/** Which attempts to connect are refused: those that a plan names, and those that the test names by hand. */

import { showFields } from './show.js';

/** One planned refusal of attempts to connect. */
export interface AttemptRefusal {
  /** Number of attempts to let pass first. */
  readonly after: number;
  /** Maximum number of attempts that it refuses; Infinity: no limit. */
  readonly times: number;
  /** The HTTP status. */
  readonly status: number;
  /** Whether verification ignores a refusal that never happens. */
  readonly optional?: boolean;
}

/** A planned refusal and the number of attempts that it has refused. */
export interface RefusalEntry {
  readonly refusal: AttemptRefusal;
  readonly hits: number;
}

/** How an attempt is refused. */
export interface Refused {
  readonly status: number;
  /** Whether the test refuses it by hand, or a plan. */
  readonly by: 'test' | 'plan';
}

interface Counted extends RefusalEntry {
  hits: number;
  /** Number of attempts before the refusal was added. */
  readonly since: number;
}

/** The refusals, checked in the order in which they were added; that of the test first. */
export class RefusalBook {
  #entries: Counted[] = [];
  /** That of the test. */
  #byHand: { times: number; readonly status: number } | undefined;
  #attempts = 0;

  /** The planned refusals. */
  get entries(): readonly RefusalEntry[] {
    return this.#entries;
  }

  /** Number of attempts so far, refused or not. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Appends a planned refusal, which counts attempts from now on. */
  add(refusal: AttemptRefusal): RefusalEntry {
    const entry = { refusal, hits: 0, since: this.#attempts };
    this.#entries.push(entry);
    return entry;
  }

  /** Refuses the next `times` attempts. Replaces an earlier call. */
  refuse(times: number, status: number): void {
    this.#byHand = { times, status };
  }

  /** Removes all refusals, and counts attempts anew. */
  clear(): void {
    this.#entries = [];
    this.#byHand = undefined;
    this.#attempts = 0;
  }

  /** Call it once for each attempt. Returns how it is refused; undefined lets it pass. The first match wins. */
  attempt(): Refused | undefined {
    this.#attempts += 1;
    if (this.#byHand !== undefined && this.#byHand.times > 0) {
      this.#byHand.times -= 1;
      return { status: this.#byHand.status, by: 'test' };
    }
    const entry = this.#entries.find(
      ({ refusal: { after, times }, hits, since }) => hits < times && this.#attempts - since > after,
    );
    if (entry === undefined) return undefined;
    entry.hits += 1;
    return { status: entry.refusal.status, by: 'plan' };
  }
}

/** The refusal in words: `refusal ({ after: 1, times: 2, status: 503 })`. */
export function describeRefusal({ after, times, status }: AttemptRefusal): string {
  return `refusal (${showFields({ after, times, status })})`;
}
