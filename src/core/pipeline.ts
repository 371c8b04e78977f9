/**
 * The fragments of one stream: accepted, processed and released in order, with the backpressure that follows from their
 * number (PROTOCOL §6.1–6.6, §6.11). Knows nothing of states.
 */

import { admit } from './admission.js';
import { Backpressure, withDelay } from './backpressure.js';
import { ProcessingSlots } from './delay.js';
import type { ErrorReports } from './error-reports.js';
import { deliveryOf, faultRow, RESULT } from './faults.js';
import { FragmentQueue } from './fragment-queue.js';
import type { Journal } from './journal.js';
import type { Outlet, SentSignal } from './outlet.js';
import { type FragmentPlan, type Pending, planFor } from './plan.js';
import type { Policy } from './policy.js';
import type { Because, Effect, GapNote, Message, Refusal } from './protocol.js';
import { RateLimit } from './rate-limit.js';
import { gapGivenUp } from './refusals.js';
import { resultOf } from './result.js';
import type { SessionSettings } from './settings.js';
import type { SessionSnapshot } from './snapshot.js';
import { Statistics } from './statistics.js';
import { NO_STREAM, type Stream } from './stream.js';
import type { BackpressureSignal, Fragment, FragmentError } from './vocabulary.js';

/** How much of the wait for a gap does not count, and when that wait began. */
interface Excuse {
  readonly heldSince: number;
  readonly ms: number;
}

const NO_EXCUSE: Excuse = { heldSince: Number.POSITIVE_INFINITY, ms: 0 };

export class Pipeline {
  readonly #settings: SessionSettings;
  readonly #policy: Policy;
  readonly #journal: Journal;
  readonly #reports: ErrorReports;
  readonly #outlet: Outlet;
  readonly #queue = new FragmentQueue();
  #slots = new ProcessingSlots(Number.POSITIVE_INFINITY);
  readonly #rate: RateLimit;
  readonly #backpressure = new Backpressure();
  readonly statistics = new Statistics();
  #stream: Stream = NO_STREAM;
  /** When gaps were last given up, which released the held fragments. */
  #gapsGivenUpAt = Number.NEGATIVE_INFINITY;
  #excuse = NO_EXCUSE;
  #arrivals = 0;
  #signals = 0;

  constructor(settings: SessionSettings, policy: Policy, journal: Journal, reports: ErrorReports, outlet: Outlet) {
    this.#settings = settings;
    this.#policy = policy;
    this.#journal = journal;
    this.#reports = reports;
    this.#outlet = outlet;
    this.#rate = new RateLimit(settings.maxFragmentsPerMinute);
  }

  get inflight(): number {
    return this.#queue.size;
  }

  get peakInflight(): number {
    return this.#queue.peak;
  }

  queueDepth(now: number): number {
    return this.#queue.waiting(now);
  }

  /** Number of fragments without a result for the worker. To the worker they are all in flight. */
  get unanswered(): number {
    return this.#queue.size + this.statistics.dropped;
  }

  get expected(): number {
    return this.#queue.expected;
  }

  get held(): readonly number[] {
    return this.#queue.held;
  }

  /** When the next result is released, if nothing more arrives. */
  get resultsAt(): number {
    return this.#queue.nextDueAt;
  }

  /** When the wait for the missing numbers times out (PROTOCOL §6.3). */
  get gapAt(): number {
    const { heldSince } = this.#queue;
    const excusedMs = this.#excuse.heldSince === heldSince ? this.#excuse.ms : 0;
    return heldSince + this.#stream.timeoutMs + excusedMs;
  }

  /** Extends the wait for the missing numbers by `ms`. */
  excuseGap(ms: number, now: number): void {
    const { heldSince } = this.#queue;
    const before = this.#excuse.heldSince === heldSince ? this.#excuse.ms : 0;
    this.#excuse = { heldSince, ms: Math.min(before + ms, Math.max(0, now - heldSince)) };
  }

  begin(stream: Stream): void {
    this.#stream = stream;
    this.#slots = new ProcessingSlots(this.#settings.capacity);
  }

  /** Sends a signal regardless of the level. The next change of level is signalled as usual. */
  push(signal: BackpressureSignal, now: number, because?: Because): SentSignal[] {
    // Without a stream there is no `stream_id` to name (PROTOCOL §3).
    if (this.#stream === NO_STREAM) return [];
    const message = this.#signal(withDelay(signal), now);
    return [because === undefined ? message : { ...message, because }];
  }

  /** The signal as the newest of its stream. */
  renumber(message: SentSignal): SentSignal {
    this.#signals += 1;
    return { ...message, number: this.#signals };
  }

  /** Returns the acknowledgement and what follows at once, or the refusal. */
  receive(fragment: Fragment, snapshot: () => SessionSnapshot, now: number): Effect[] | Refusal {
    const { fragmentId, sequenceNumber } = fragment;
    const verdict = admit(fragment, {
      expected: this.#queue.expected,
      isNumberInFlight: this.#queue.has(sequenceNumber),
      record: this.#journal.fragments.get(fragmentId),
      isForgetful: this.#journal.fragments.forgotten > 0,
      inflight: this.#queue.size,
      queueLimit: this.#settings.queueLimit,
      rateLimitWaitMs: this.#rate.waitMs(now),
      reorderWindow: this.#settings.reorderWindow ?? this.#stream.maxInflight,
    });
    if (typeof verdict === 'object') return { ...verdict, fragmentId };
    this.#rate.count(now);
    this.#arrivals += 1;
    const attempt = this.#journal.fragments.take(fragmentId, sequenceNumber, now);
    const plan = planFor({ fragment, attempt, count: this.#arrivals, snapshot }, this.#policy, this.#settings);
    const ack = this.#enqueue(fragment, plan, verdict === 'retry', now);
    return [...plan.rules, ack, ...this.pace(now)];
  }

  /** Returns what is due by now, in order. */
  release(now: number): Effect[] {
    const due = this.#queue.release(now);
    if (due.length === 0) return [];
    const effects: Effect[] = [];
    let doneAt = 0;
    for (const pending of due) {
      // `release` may be called late. That delay is not part of the processing time; the wait for a given-up gap is.
      doneAt = Math.max(doneAt, pending.dueAt, this.#gapsGivenUpAt);
      effects.push(...this.#deliver(pending, doneAt, now));
    }
    effects.push(...this.pace(now));
    return effects;
  }

  /** Gives up the missing numbers and releases the held fragments. Returns no note when nothing is held. */
  giveUpGaps(now: number): GapNote[] {
    const { missing } = this.#queue;
    if (missing.length === 0) return [];
    this.#queue.giveUpGaps();
    this.#gapsGivenUpAt = now;
    return [{ kind: 'gap', missingSequenceNumbers: missing }];
  }

  /** Gives up the missing numbers if the wait for them has timed out (PROTOCOL §6.3). */
  giveUpOverdueGaps(now: number): Effect[] {
    return this.giveUpGaps(now).flatMap((gap): Effect[] => {
      const { streamId, timeoutMs } = this.#stream;
      return [gap, ...this.#reports.refuse(gapGivenUp(gap.missingSequenceNumbers, timeoutMs), streamId)];
    });
  }

  /** Returns the `stream:complete` (PROTOCOL §3). */
  completion(now: number): Message & { kind: 'stream:complete' } {
    const { fragments, readyAt = now } = this.#journal;
    const totals = { totalFragments: fragments.taken, totalDurationMs: now - readyAt };
    return {
      kind: 'stream:complete',
      streamId: this.#stream.streamId,
      ...totals,
      statistics: this.statistics.summary(),
    };
  }

  /** PROTOCOL §6.5–6.6: on arrival, on completion, and when the simulation has changed. */
  pace(now: number): Message[] {
    const signal = this.#backpressure.update(this.#policy.backpressure, this.#queue.size, this.#stream.maxInflight);
    return signal === undefined ? [] : [this.#signal(signal, now)];
  }

  /** PROTOCOL §6.16. */
  clear(): void {
    this.#queue.clear();
  }

  #enqueue(fragment: Fragment, plan: FragmentPlan, isRetry: boolean, now: number): Message {
    const { silences, isOutOfTurn } = faultRow(plan.consequence.fault);
    if (silences) this.#outlet.silence();
    const fault = this.#outlet.isSilent ? 'silence' : (plan.consequence.fault ?? plan.ackBecause?.fault);
    if (fault !== undefined) this.#journal.fragments.update(fragment.fragmentId, { fault });
    const beginsAt = this.#slots.book(now, plan.delayMs);
    const pending: Pending = { fragment, plan, receivedAt: now, beginsAt, dueAt: beginsAt + plan.delayMs };
    // A retry's turn has passed (PROTOCOL §6.4).
    const ack = isRetry || isOutOfTurn ? this.#queueOutOfTurn(pending) : this.#queueInTurn(pending);
    return plan.ackBecause === undefined ? ack : { ...ack, because: plan.ackBecause };
  }

  #queueInTurn(pending: Pending): Message & { kind: 'fragment:ack' } {
    const { fragmentId, sequenceNumber } = pending.fragment;
    this.#queue.add(pending);
    const queuePosition = this.#queue.position(sequenceNumber);
    const releaseAt = this.#queue.releaseAt(sequenceNumber);
    const estimate =
      releaseAt === undefined ? {} : { estimatedCompletionMs: Math.max(0, releaseAt - pending.receivedAt) };
    return { kind: 'fragment:ack', fragmentId, sequenceNumber, queuePosition, ...estimate };
  }

  #queueOutOfTurn(pending: Pending): Message & { kind: 'fragment:ack' } {
    this.#queue.addOutOfTurn(pending);
    const estimatedCompletionMs = pending.dueAt - pending.receivedAt;
    const { fragmentId, sequenceNumber } = pending.fragment;
    return { kind: 'fragment:ack', fragmentId, sequenceNumber, queuePosition: 0, estimatedCompletionMs };
  }

  /** PROTOCOL §3. A result that is withheld counts as dropped. */
  #deliver(pending: Pending, doneAt: number, now: number): Effect[] {
    const { error, as, fault } = pending.plan.consequence;
    const result = resultOf(pending, this.#stream.config.targetLanguage, doneAt);
    const copies = this.#outlet.isSilent ? 0 : deliveryOf(RESULT, fault).copies;
    const status = copies === 0 ? 'dropped' : result.status;
    this.statistics.record(status, result.processingTimeMs, Math.max(1, copies));
    this.#journal.fragments.update(result.fragmentId, { status, processedAt: now, ...(error && { error }) });
    if (as !== 'error-event' || error === undefined || copies === 0) return [result];
    const { streamId, fragmentId, because } = result;
    return this.#reports.report({ ...refusalOf(error, because), streamId, fragmentId });
  }

  #signal(signal: BackpressureSignal, now: number): SentSignal {
    this.#signals += 1;
    const load = { currentInflight: this.#queue.size, queueDepth: this.queueDepth(now) };
    return { kind: 'backpressure', streamId: this.#stream.streamId, number: this.#signals, ...signal, ...load };
  }
}

/** A simulated error as an `error` event. */
function refusalOf({ code, message, retryable, stage }: FragmentError, because: Because | undefined): Refusal {
  const metadata = stage === undefined ? {} : { metadata: { stage } };
  return { code, message, retryable, ...metadata, ...(because !== undefined && { because }) };
}
