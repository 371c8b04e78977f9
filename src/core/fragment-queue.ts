/**
 * Holds the fragments that are in flight until they are due, and releases them in sequence order (PROTOCOL §6.2–6.4).
 * Knows nothing of states, messages or why a fragment was accepted.
 */

import { LazySet } from './lazy-tables.js';
import type { Pending } from './plan.js';

export class FragmentQueue {
  /** Fragments released in sequence order, lowest number first. */
  #inTurn: Pending[] = [];
  /** Fragments released as soon as they are due: retries, whose turn has passed, and `out-of-order` faults. */
  #outOfTurn: Pending[] = [];
  /** Received numbers that went ahead of a gap: `expected` skips them. */
  readonly #ahead = new LazySet<number>();
  #expected = 0;
  #peak = 0;

  /** The lowest sequence number that has neither been received nor given up. */
  get expected(): number {
    return this.#expected;
  }

  /** In flight (PROTOCOL §6.1). */
  get size(): number {
    return this.#inTurn.length + this.#outOfTurn.length;
  }

  /** The highest `size` so far. */
  get peak(): number {
    return this.#peak;
  }

  has(sequenceNumber: number): boolean {
    const isInTurn = this.#inTurn.some((pending) => sequenceOf(pending) === sequenceNumber);
    return isInTurn || this.#ahead.has(sequenceNumber);
  }

  add(pending: Pending): void {
    const after = this.#inTurn.findIndex((other) => sequenceOf(other) > sequenceOf(pending));
    this.#inTurn.splice(after === -1 ? this.#inTurn.length : after, 0, pending);
    this.#added();
  }

  /** Adds a fragment that is released as soon as it is due. A new number still counts as received. */
  addOutOfTurn(pending: Pending): void {
    this.#outOfTurn.push(pending);
    if (sequenceOf(pending) >= this.#expected) this.#ahead.add(sequenceOf(pending));
    this.#added();
  }

  /** Removes and returns the fragments that are due and whose turn it is, in the order in which to send them. */
  release(now: number): Pending[] {
    if (this.size === 0) return [];
    const outOfTurn = this.#outOfTurn.filter((pending) => pending.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    this.#outOfTurn = this.#outOfTurn.filter((pending) => pending.dueAt > now);
    const waiting = this.#inTurn.findIndex((pending) => pending.dueAt > now || this.#isHeld(pending));
    return [...outOfTurn, ...this.#inTurn.splice(0, waiting === -1 ? this.#inTurn.length : waiting)];
  }

  /** When `release` next returns a fragment, if nothing more arrives. */
  get nextDueAt(): number {
    if (this.size === 0) return Number.POSITIVE_INFINITY;
    const dueTimes = this.#outOfTurn.map((pending) => pending.dueAt);
    const [first] = this.#inTurn;
    if (first !== undefined && !this.#isHeld(first)) dueTimes.push(first.dueAt);
    return Math.min(...dueTimes);
  }

  /** The sequence numbers that wait behind a gap, lowest first. */
  get held(): readonly number[] {
    return this.#inTurn.filter((pending) => this.#isHeld(pending)).map(sequenceOf);
  }

  /** Since when the oldest held fragment has waited; Infinity when none is held. */
  get heldSince(): number {
    const last = this.#inTurn.at(-1);
    if (last === undefined || !this.#isHeld(last)) return Number.POSITIVE_INFINITY;
    return Math.min(...this.#inTurn.filter((pending) => this.#isHeld(pending)).map((pending) => pending.receivedAt));
  }

  /** The missing numbers below the highest held one, lowest first. */
  get missing(): readonly number[] {
    const [highest] = this.held.slice(-1);
    const missing: number[] = [];
    for (let number = this.#expected; highest !== undefined && number < highest; number += 1) {
      if (!this.has(number)) missing.push(number);
    }
    return missing;
  }

  /** Stops waiting for the missing numbers: held fragments are released in order (PROTOCOL §6.3, §6.8). */
  giveUpGaps(): void {
    const [highest] = this.held.slice(-1);
    if (highest === undefined) return;
    this.#expected = highest + 1;
    this.#advance();
  }

  /** Number of fragments that are released before this sequence number. */
  position(sequenceNumber: number): number {
    return this.#inTurn.filter((pending) => sequenceOf(pending) < sequenceNumber).length;
  }

  /** When this sequence number is released if nothing changes; undefined while it is behind a gap. */
  releaseAt(sequenceNumber: number): number | undefined {
    if (sequenceNumber >= this.#expected) return undefined;
    const upToIt = this.#inTurn.filter((pending) => sequenceOf(pending) <= sequenceNumber);
    return Math.max(...upToIt.map((pending) => pending.dueAt));
  }

  /** Number of fragments that are not being processed: they wait for a place, or are done and wait for their turn. */
  waiting(now: number): number {
    const all = [...this.#inTurn, ...this.#outOfTurn];
    return all.filter(({ beginsAt, dueAt }) => now < beginsAt || dueAt <= now).length;
  }

  /** Drops everything (PROTOCOL §6.16). */
  clear(): void {
    this.#inTurn = [];
    this.#outOfTurn = [];
  }

  #added(): void {
    this.#peak = Math.max(this.#peak, this.size);
    this.#advance();
  }

  #advance(): void {
    for (; this.has(this.#expected); this.#expected += 1) this.#ahead.delete(this.#expected);
  }

  #isHeld(pending: Pending): boolean {
    return sequenceOf(pending) >= this.#expected;
  }
}

function sequenceOf(pending: Pending): number {
  return pending.fragment.sequenceNumber;
}
