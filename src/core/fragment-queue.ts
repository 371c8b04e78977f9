/**
 * Holds the fragments that are in flight until they are due, and releases them in sequence order (PROTOCOL §6.2–6.4).
 * Knows nothing of states, messages or why a fragment was taken.
 */

import type { Pending } from './plan.js';

export class FragmentQueue {
  /** Those that come out in their turn, lowest sequence number first. */
  #inTurn: Pending[] = [];
  /** Those that wait for nobody: retries, whose turn has passed, and faults of order. */
  #outOfTurn: Pending[] = [];
  /** Numbers that are received and went ahead of a gap: `expected` steps over them. */
  readonly #ahead = new Set<number>();
  #expected = 0;

  /** The lowest sequence number that has neither been received nor given up. */
  get expected(): number {
    return this.#expected;
  }

  /** In flight (PROTOCOL §6.1). */
  get size(): number {
    return this.#inTurn.length + this.#outOfTurn.length;
  }

  has(sequenceNumber: number): boolean {
    const isInTurn = this.#inTurn.some((pending) => sequenceOf(pending) === sequenceNumber);
    return isInTurn || this.#ahead.has(sequenceNumber);
  }

  add(pending: Pending): void {
    const after = this.#inTurn.findIndex((other) => sequenceOf(other) > sequenceOf(pending));
    this.#inTurn.splice(after === -1 ? this.#inTurn.length : after, 0, pending);
    this.#advance();
  }

  /** Comes out as soon as it is due. A number that is new counts as received all the same. */
  addOutOfTurn(pending: Pending): void {
    this.#outOfTurn.push(pending);
    if (sequenceOf(pending) >= this.#expected) this.#ahead.add(sequenceOf(pending));
    this.#advance();
  }

  /** Takes out all that is due and whose turn it is, in the order in which it is to be sent. */
  release(now: number): Pending[] {
    if (this.size === 0) return [];
    const outOfTurn = this.#outOfTurn.filter((pending) => pending.dueAt <= now).sort((a, b) => a.dueAt - b.dueAt);
    this.#outOfTurn = this.#outOfTurn.filter((pending) => pending.dueAt > now);
    const waiting = this.#inTurn.findIndex((pending) => pending.dueAt > now || this.#isHeld(pending));
    return [...outOfTurn, ...this.#inTurn.splice(0, waiting === -1 ? this.#inTurn.length : waiting)];
  }

  /** When `release` will next have something, if nothing more arrives. */
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

  /** Since when the oldest held fragment has been waiting; Infinity when none is. */
  get heldSince(): number {
    const last = this.#inTurn.at(-1);
    if (last === undefined || !this.#isHeld(last)) return Number.POSITIVE_INFINITY;
    return Math.min(...this.#inTurn.filter((pending) => this.#isHeld(pending)).map((pending) => pending.receivedAt));
  }

  /** The numbers that are missing below the highest held one, lowest first. */
  get missing(): readonly number[] {
    const [highest] = this.held.slice(-1);
    const missing: number[] = [];
    for (let number = this.#expected; highest !== undefined && number < highest; number += 1) {
      if (!this.has(number)) missing.push(number);
    }
    return missing;
  }

  /** Stops waiting for the missing numbers: what was held comes out in order (PROTOCOL §6.3, §6.8). */
  giveUpGaps(): void {
    const [highest] = this.held.slice(-1);
    if (highest === undefined) return;
    this.#expected = highest + 1;
    this.#advance();
  }

  /** How many come out before this sequence number. */
  position(sequenceNumber: number): number {
    return this.#inTurn.filter((pending) => sequenceOf(pending) < sequenceNumber).length;
  }

  /** When this sequence number comes out if nothing changes; undefined while it is behind a gap. */
  releaseAt(sequenceNumber: number): number | undefined {
    if (sequenceNumber >= this.#expected) return undefined;
    const upToIt = this.#inTurn.filter((pending) => sequenceOf(pending) <= sequenceNumber);
    return Math.max(...upToIt.map((pending) => pending.dueAt));
  }

  /** How many are not being processed now: they wait for a place, or are done and wait for their turn. */
  waiting(now: number): number {
    const all = [...this.#inTurn, ...this.#outOfTurn];
    return all.filter(({ beginsAt, dueAt }) => now < beginsAt || dueAt <= now).length;
  }

  /** Drops everything (PROTOCOL §6.16). */
  clear(): void {
    this.#inTurn = [];
    this.#outOfTurn = [];
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
