/**
 * What a session has due: results to release, gaps to give up, and effects that get out later. All in one list, of which
 * `wakeAt` is the head.
 */

import { hangUp, isMessage } from './effects.js';
import type { Disconnect, Effect } from './protocol.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What has become due. */
export interface DueNow {
  /** Whether a gap has been waited for long enough (PROTOCOL §6.3). */
  readonly isGapOverdue: boolean;
  readonly messages: readonly Effect[];
  /** The ends of the connection: after everything else. */
  readonly ends: readonly Effect[];
}

export class Schedule {
  readonly #list = new DueList<'results' | 'gap' | Effect>();
  #hangUp: Disconnect | undefined;

  /** When something is due next; Infinity when nothing is. */
  get nextAt(): number {
    return this.#list.nextAt;
  }

  /** When the next results come out, and when the gap before those that are held is given up; Infinity for never. */
  setStream(resultsAt: number, gapAt: number): void {
    this.#list.set(resultsAt, 'results');
    this.#list.set(gapAt, 'gap');
  }

  add(at: number, effect: Effect): void {
    this.#list.add(at, effect);
  }

  /** The service ends the connection then. The earliest of several stands. */
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
    const effects = due.filter((what) => typeof what === 'object');
    const ends = effects.filter((effect) => !isMessage(effect));
    return { isGapOverdue: due.includes('gap'), messages: effects.filter(isMessage), ends };
  }

  clear(): void {
    this.#list.clear();
  }
}

/** What is going to happen at a known time, in the order in which it will. It does not know what that is. */
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
