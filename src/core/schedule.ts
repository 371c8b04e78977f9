/**
 * What a session has due: results to release, gaps to give up, and delayed effects. All in one list; `wakeAt` is the
 * time of its first entry.
 */

import { hangUp, isMessage } from './effects.js';
import type { Because, Disconnect, Effect } from './protocol.js';

const NEVER = Number.POSITIVE_INFINITY;

/** A `backpressure` that ends a planned one, and after which time (PROTOCOL §3). */
export interface Release {
  readonly kind: 'release';
  readonly because: Because;
}

/** What has become due. */
export interface DueNow {
  /** Whether the wait for a gap has timed out (PROTOCOL §6.3). */
  readonly isGapOverdue: boolean;
  readonly messages: readonly Effect[];
  readonly releases: readonly Release[];
  /** The disconnects, which follow everything else. */
  readonly ends: readonly Effect[];
}

export class Schedule {
  readonly #list = new DueList<'results' | 'gap' | Effect | Release>();
  #hangUp: Disconnect | undefined;

  /** When the next entry is due; Infinity when there is none. */
  get nextAt(): number {
    return this.#list.nextAt;
  }

  /** Sets when the next results are released and when the gap is given up; Infinity for never. */
  setStream(resultsAt: number, gapAt: number): void {
    this.#list.set(resultsAt, 'results');
    this.#list.set(gapAt, 'gap');
  }

  add(at: number, effect: Effect | Release): void {
    this.#list.add(at, effect);
  }

  /** Schedules a disconnect by the service. The earliest of several counts. */
  hangUpAt(at: number, reason: string): void {
    if (this.#hangUp !== undefined) {
      if (this.#list.timeOf(this.#hangUp) <= at) return;
      this.#list.set(NEVER, this.#hangUp);
    }
    this.#hangUp = hangUp(reason);
    this.#list.add(at, this.#hangUp);
  }

  take(now: number): DueNow {
    const due = this.#list.take(now);
    const releases = due.filter(isRelease);
    const effects = due.filter((what) => typeof what === 'object' && !isRelease(what)) as Effect[];
    const ends = effects.filter((effect) => !isMessage(effect));
    return { isGapOverdue: due.includes('gap'), messages: effects.filter(isMessage), releases, ends };
  }

  clear(): void {
    this.#list.clear();
  }
}

function isRelease(what: 'results' | 'gap' | Effect | Release): what is Release {
  return typeof what === 'object' && what.kind === 'release';
}

/** Entries in the order in which they are due. It does not know what they are. */
export class DueList<What> {
  /** Earliest first; entries for the same time in the order in which they were added. */
  #entries: { readonly at: number; readonly what: What }[] = [];

  /** When the first of them is due; Infinity when nothing is. */
  get nextAt(): number {
    return this.#entries[0]?.at ?? NEVER;
  }

  /** When the entry is due; Infinity when it is not in the list. */
  timeOf(what: What): number {
    return this.#entries.find((entry) => entry.what === what)?.at ?? NEVER;
  }

  add(at: number, what: What): void {
    const before = this.#entries.findLastIndex((entry) => entry.at <= at);
    this.#entries.splice(before + 1, 0, { at, what });
  }

  /** Adds or moves the entry to this time; Infinity removes it. */
  set(at: number, what: What): void {
    if (this.timeOf(what) === at) return;
    this.#entries = this.#entries.filter((entry) => entry.what !== what);
    if (at !== NEVER) this.add(at, what);
  }

  /** Removes and returns all entries due by now, in order. */
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
