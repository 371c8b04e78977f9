/**
 * What the worker does wrong, as far as that can be known: the room that every violation is told from. It decides
 * nothing, and it never accuses on a guess: what the worker may not have heard, and what it was turned away with through
 * no fault of its own, does not count against it.
 */

import type { FragmentRecords } from './fragment-records.js';
import type { Notes, ViolationNote } from './notes.js';
import type { ControlAnswer, Effect, Refusal, StreamInput } from './protocol.js';
import { gapClosed } from './refusals.js';
import { show } from './show.js';
import type { BackpressureSignal, Fragment } from './vocabulary.js';

/** Two clocks of whole milliseconds: each may have rounded by almost one. */
const CLOCK_TOLERANCE_MS = 2;
/** So many numbers are remembered that are not held against the worker: as many as the widest window holds. */
const EXCUSED_LIMIT = 10_000;

/** Where the stream stands, to be read when it matters. */
interface Standing {
  readonly expected: number;
  readonly inflight: number;
  readonly unanswered: number;
}

type Words = (missing: readonly number[]) => string;

export class Conduct {
  readonly #notes: Notes;
  readonly #isRenewal: boolean;
  #maxInflight = Number.POSITIVE_INFINITY;
  /** The newest signal that was let out, and when. */
  #signal: BackpressureSignal | undefined;
  #saidAt = 0;
  #signals = 0;
  /** The number of the newest signal that the worker has heard. */
  #heard = 0;
  /** Numbers that were sent and not taken for want of room: the worker is to send them again. */
  readonly #turnedAway = new Set<number>();
  /** Numbers that were given up while the worker was not to send anything: it may still, until its stream ends. */
  readonly #owed = new Set<number>();

  constructor(notes: Notes, isRenewal: boolean) {
    this.#notes = notes;
    this.#isRenewal = isRenewal;
  }

  begin(maxInflight: number): void {
    this.#maxInflight = maxInflight;
  }

  /** What has been let out to the worker. */
  said(effects: readonly Effect[], now: number): void {
    for (const effect of effects) {
      if (effect.kind !== 'backpressure') continue;
      this.#signals += 1;
      this.#signal = effect;
      this.#saidAt = now;
    }
  }

  /** The worker has heard the so-manieth signal, and those before it. */
  heard(signal: number): void {
    if (signal > this.#heard && signal <= this.#signals) this.#heard = signal;
  }

  /** A fragment has come on an active stream, taken or not: does it keep the pace that the worker was told? */
  paced(fragment: Fragment, now: number): void {
    if (this.#signal === undefined || this.#heard < this.#signals) return;
    const { action, recommendedDelayMs = 0 } = this.#signal;
    if (action === 'pause') {
      const message =
        `${subject(fragment)} came after a \`backpressure\` with action "pause" had been heard; ` +
        'send nothing until one with action "none" has come.';
      this.#accuse('sent-while-told-to-pause', message, { ...identity(fragment), since: 'backpressure' });
    }
    const elapsedMs = now - this.#saidAt;
    if (action === 'slow_down' && elapsedMs < recommendedDelayMs - CLOCK_TOLERANCE_MS) {
      const message =
        `${subject(fragment)} came ${elapsedMs} ms after a \`backpressure\` with action "slow_down" and ` +
        `recommended_delay_ms ${recommendedDelayMs}; wait that long before sending the next.`;
      this.#accuse('ignored-recommended-delay', message, { ...identity(fragment), since: 'backpressure' });
    }
  }

  /** A fragment was taken; so many are in flight now, with it. */
  taken(fragment: Fragment, inflight: number): void {
    // To send again what holds up all the rest is right, however full it is.
    const wasTurnedAway = this.#turnedAway.size > 0 && this.#turnedAway.delete(fragment.sequenceNumber);
    if (inflight > this.#maxInflight && !wasTurnedAway) this.#exceeded(fragment, inflight - 1);
  }

  /** Something was refused: a violation if the refusal says so. */
  refused(refusal: Refusal, { expected, inflight }: Standing, input?: StreamInput): void {
    const { violation, message, fragmentId, since } = refusal;
    const fragment = input?.kind === 'fragment:data' ? input.fragment : undefined;
    if (violation === undefined) {
      if (fragment !== undefined) this.#turnAway(fragment, refusal, inflight);
      return;
    }
    if (fragment !== undefined && this.#isExcused(violation, fragment, expected)) return;
    this.#accuse(violation, message, {
      ...(fragmentId !== undefined && { fragmentId }),
      ...(fragment !== undefined && identity(fragment)),
      ...(since !== undefined && { since }),
    });
  }

  /** A test-only event did not decode. */
  rejected({ kind, message }: ControlAnswer): void {
    this.#accuse('invalid-payload', message ?? `A payload was rejected, see \`${kind}\`; send it as PROTOCOL §2 says.`);
  }

  unknownEvent(event: string): void {
    const message = `${show(event)} is no event of the protocol and was ignored; check how its name is spelt.`;
    this.#accuse('unknown-event', message);
  }

  /** `fragment:ack` has come. One for the stream before, on the same connection, may come late. */
  acknowledged(fragmentId: string, fragments: FragmentRecords): void {
    if (this.#isRenewal || fragments.mayHaveTaken(fragmentId)) return;
    const message =
      `\`fragment:ack\` names fragment_id ${show(fragmentId)}, but no such fragment was taken on this stream; ` +
      'acknowledge the fragment_id of each `fragment:processed`, unchanged.';
    this.#accuse('acked-unknown-fragment', message, { fragmentId });
  }

  /** These numbers were waited for long enough (PROTOCOL §6.3); `words` says so of those that count. */
  overdue(missing: readonly number[], { unanswered }: Standing, now: number, words: Words): void {
    const mayNotSend = unanswered >= this.#maxInflight || this.#isToldToWait(now);
    if (mayNotSend) for (const number of missing) remember(this.#owed, number);
    else this.#leftOut(missing, words);
  }

  /** The stream has ended without these numbers (PROTOCOL §6.8). */
  ended(missing: readonly number[]): void {
    this.#leftOut([...this.#owed, ...missing], gapClosed);
  }

  /** The worker has gone in the middle of its stream. */
  left(inflight: number, reason: string): void {
    if (inflight === 0) return;
    const fragments = inflight === 1 ? '1 fragment' : `${inflight} fragments`;
    const message =
      `The connection was lost (${show(reason)}) with ${fragments} in flight and without \`stream:end\`; ` +
      'send `stream:end` and wait for `stream:complete` before disconnecting.';
    this.#accuse('left-unanswered', message, { since: 'fragment:data' });
  }

  /** Refused with no violation in it: the queue is full or the rate too high (PROTOCOL §6.5). */
  #turnAway(fragment: Fragment, { code }: Refusal, inflight: number): void {
    const { sequenceNumber } = fragment;
    if (code === 'QUEUE_FULL' && inflight >= this.#maxInflight && !this.#turnedAway.has(sequenceNumber)) {
      this.#exceeded(fragment, inflight);
    } else remember(this.#turnedAway, sequenceNumber);
  }

  /** Numbers may run ahead of one that was turned away, and come late when they were not to come before. */
  #isExcused(violation: ViolationNote['violation'], { sequenceNumber }: Fragment, expected: number): boolean {
    if (violation === 'skipped-sequence-number' && this.#turnedAway.has(expected)) {
      remember(this.#turnedAway, sequenceNumber);
      return true;
    }
    if (violation !== 'reused-sequence-number') return false;
    return this.#owed.delete(sequenceNumber) || this.#turnedAway.has(sequenceNumber);
  }

  /** Heard or not: the benefit of the doubt. */
  #isToldToWait(now: number): boolean {
    const { action, recommendedDelayMs = 0 } = this.#signal ?? {};
    const isSlowedDown = action === 'slow_down' && now < this.#saidAt + recommendedDelayMs;
    return this.#turnedAway.size > 0 || action === 'pause' || isSlowedDown;
  }

  #leftOut(missing: readonly number[], words: Words): void {
    const guilty = missing.filter((number) => !this.#turnedAway.has(number));
    const [sequenceNumber] = guilty;
    if (sequenceNumber === undefined) return;
    this.#accuse('skipped-sequence-number', words(guilty), { sequenceNumber, since: 'fragment:data' });
  }

  #exceeded(fragment: Fragment, inflight: number): void {
    const message =
      `${subject(fragment)} came while ${inflight} were in flight and \`max_inflight\` is ${this.#maxInflight}; ` +
      'wait for a `fragment:processed` before sending the next.';
    this.#accuse('exceeded-max-inflight', message, { ...identity(fragment), since: 'stream:ready' });
  }

  #accuse(
    violation: ViolationNote['violation'],
    message: string,
    facts: Pick<ViolationNote, 'fragmentId' | 'sequenceNumber' | 'since'> = {},
  ): void {
    this.#notes.add({ kind: 'violation', violation, message, ...facts });
  }
}

function remember(numbers: Set<number>, number: number): void {
  if (numbers.size < EXCUSED_LIMIT) numbers.add(number);
}

function identity({ fragmentId, sequenceNumber }: Fragment) {
  return { fragmentId, sequenceNumber };
}

function subject({ fragmentId, sequenceNumber }: Fragment): string {
  return `Fragment ${show(fragmentId)} (sequence_number ${sequenceNumber})`;
}
