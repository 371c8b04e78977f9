/**
 * One stream's fragments on their way: taken, processed, released in order, and the pace that follows from their number
 * (PROTOCOL §6.1–6.6, §6.11). Knows nothing of states.
 */

import { admit } from './admission.js';
import { Backpressure, type BackpressurePlan, withDelay } from './backpressure.js';
import { type DelayPlan, ProcessingSlots } from './delay.js';
import { faultRow } from './delivery.js';
import type { ErrorReports } from './error-reports.js';
import { FragmentQueue, type Pending } from './fragment-queue.js';
import type { Journal } from './journal.js';
import type { Notes } from './notes.js';
import { type FragmentPlan, planFor } from './plan.js';
import type { Because, Effect, Message, Refusal } from './protocol.js';
import { RateLimit } from './rate-limit.js';
import { resultOf } from './result.js';
import { RuleBook, type RuleEntry } from './rules.js';
import type { ScopeSettings, SessionSettings } from './settings.js';
import type { SessionSnapshot } from './snapshot.js';
import { Statistics } from './statistics.js';
import { NO_STREAM, type Stream } from './stream.js';
import type { BackpressureSignal, Fragment, FragmentError } from './vocabulary.js';

const NO_NUMBERS: readonly number[] = Object.freeze([]);

export class Pipeline {
  readonly #settings: SessionSettings;
  readonly #journal: Journal;
  readonly #reports: ErrorReports;
  readonly #notes: Notes;
  readonly #queue = new FragmentQueue();
  readonly #slots: ProcessingSlots;
  readonly #rate: RateLimit;
  readonly #backpressure = new Backpressure();
  readonly statistics = new Statistics();
  /** The rules of this session alone (PROTOCOL §6.13). */
  readonly rules: RuleBook;
  /** All that are asked, in this order (PROTOCOL §6.13). */
  #books: readonly RuleBook[] = [];
  #scope: ScopeSettings | undefined;
  #stream: Stream = NO_STREAM;
  #delay: DelayPlan;
  #pressure: BackpressurePlan;
  #arrivals = 0;
  #isSilent = false;

  constructor(settings: SessionSettings, journal: Journal, reports: ErrorReports, notes: Notes) {
    this.#settings = settings;
    this.#journal = journal;
    this.#reports = reports;
    this.#notes = notes;
    this.#slots = new ProcessingSlots(settings.capacity);
    this.#rate = new RateLimit(settings.maxFragmentsPerMinute);
    // A seed of its own: rules are numbered in each book, and the first of two books must not draw the same.
    this.rules = new RuleBook(`${settings.seed}, session`);
    this.#delay = settings.delayMs;
    this.#pressure = settings.backpressure;
    this.claim(undefined);
  }

  /** The scope's rules come before the server's; its delay and backpressure replace the server's from now on. */
  claim(scope: ScopeSettings | undefined): void {
    const { rules, delayMs, backpressure } = this.#settings;
    this.#books = [this.rules, scope?.rules, rules].filter((book) => book !== undefined);
    this.#delay = scope?.delayMs ?? (this.#scope?.delayMs === undefined ? this.#delay : delayMs);
    this.#pressure = scope?.backpressure ?? (this.#scope?.backpressure === undefined ? this.#pressure : backpressure);
    this.#scope = scope;
  }

  /** Whether a rule has cut the stream off from all messages. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  get inflight(): number {
    return this.#queue.size;
  }

  queueDepth(now: number): number {
    return this.#queue.waiting(now);
  }

  /** How many the worker has no result of: to it they are all in flight. */
  get unanswered(): number {
    return this.#queue.size + this.statistics.dropped;
  }

  get expected(): number {
    return this.#queue.expected;
  }

  get held(): readonly number[] {
    return this.#queue.held;
  }

  /** When there will be something to release or a gap to give up. */
  get wakeAt(): number {
    return Math.min(this.#queue.nextDueAt, this.#gapDeadline);
  }

  begin(stream: Stream): void {
    this.#stream = stream;
  }

  setDelay(plan: DelayPlan): void {
    this.#delay = plan;
  }

  setBackpressure(plan: BackpressurePlan, now: number): Message[] {
    this.#pressure = plan;
    return this.#pace(now);
  }

  /** A signal out of turn; the next change of level is told as ever. */
  pushBackpressure(signal: BackpressureSignal, now: number): Message[] {
    // Without a stream there is no `stream_id` to name (PROTOCOL §3).
    return this.#stream === NO_STREAM ? [] : [this.#signal(withDelay(signal), now)];
  }

  /** The acknowledgement and what follows at once, or why it is not taken. */
  receive(fragment: Fragment, snapshot: () => SessionSnapshot, now: number): Message[] | Refusal {
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
    const arrival = { fragment, attempt, count: this.#arrivals, snapshot };
    const plan = planFor(arrival, this.#books, this.#delay, this.#settings);
    return [...this.#enqueue(fragment, plan, verdict === 'retry', now), ...this.#pace(now)];
  }

  /** What is due by now, in order. */
  release(now: number): Effect[] {
    const due = this.#queue.release(now);
    if (due.length === 0) return [];
    const effects: Effect[] = [];
    for (const pending of due) effects.push(...this.#deliver(pending, now));
    effects.push(...this.#pace(now));
    return effects;
  }

  /** The numbers that are given up, if they have been waited for long enough (PROTOCOL §6.3). */
  giveUpOverdueGaps(now: number): readonly number[] {
    return now < this.#gapDeadline ? NO_NUMBERS : this.giveUpGaps();
  }

  /** The numbers that are given up: what they held back goes out. */
  giveUpGaps(): readonly number[] {
    const { missing } = this.#queue;
    if (missing.length === 0) return NO_NUMBERS;
    this.#queue.giveUpGaps();
    this.#notes.add({ kind: 'gap', missingSequenceNumbers: missing });
    return missing;
  }

  /** PROTOCOL §6.16. */
  clear(): void {
    this.#queue.clear();
  }

  get #gapDeadline(): number {
    return this.#queue.heldSince + this.#stream.timeoutMs;
  }

  #enqueue(fragment: Fragment, plan: FragmentPlan, isRetry: boolean, now: number): Message[] {
    if (plan.rule !== undefined) this.#noteRule(plan.rule, fragment);
    const row = faultRow(plan.consequence.fault);
    this.#isSilent ||= row.silences === true;
    const fault = this.#isSilent ? 'silence' : plan.consequence.fault;
    if (fault !== undefined) this.#journal.fragments.update(fragment.fragmentId, { fault });
    const beginsAt = this.#slots.book(now, plan.delayMs);
    const pending: Pending = { fragment, plan, receivedAt: now, beginsAt, dueAt: beginsAt + plan.delayMs };
    // A retry's turn has passed (PROTOCOL §6.4).
    const ack = isRetry || row.isOutOfTurn ? this.#queueOutOfTurn(pending) : this.#queueInTurn(pending);
    return row.ack === undefined ? [ack] : row.ack(ack);
  }

  #queueInTurn(pending: Pending): Message {
    const { fragmentId, sequenceNumber } = pending.fragment;
    this.#queue.add(pending);
    const queuePosition = this.#queue.position(sequenceNumber);
    const releaseAt = this.#queue.releaseAt(sequenceNumber);
    const estimate =
      releaseAt === undefined ? {} : { estimatedCompletionMs: Math.max(0, releaseAt - pending.receivedAt) };
    return { kind: 'fragment:ack', fragmentId, sequenceNumber, queuePosition, ...estimate };
  }

  #queueOutOfTurn(pending: Pending): Message {
    this.#queue.addOutOfTurn(pending);
    const estimatedCompletionMs = pending.dueAt - pending.receivedAt;
    const { fragmentId, sequenceNumber } = pending.fragment;
    return { kind: 'fragment:ack', fragmentId, sequenceNumber, queuePosition: 0, estimatedCompletionMs };
  }

  /** PROTOCOL §3, unless a rule has something else in mind. What the worker does not get counts as dropped. */
  #deliver(pending: Pending, now: number): Effect[] {
    const { error, as, fault } = pending.plan.consequence;
    const result = resultOf(pending, this.#stream.config.targetLanguage, now);
    const said = this.#isSilent ? [] : (faultRow(fault).result?.(result) ?? [result]);
    const status = said.length === 0 ? 'dropped' : result.status;
    this.statistics.record(status, result.processingTimeMs, Math.max(1, said.length));
    this.#journal.fragments.update(result.fragmentId, { status, processedAt: now, ...(error && { error }) });
    if (said.length === 0 || error === undefined || as !== 'error-event') return said;
    const { streamId, fragmentId, because } = result;
    return this.#reports.report({ ...refusalOf(error, because), streamId, fragmentId }, now);
  }

  #noteRule(rule: RuleEntry, { fragmentId, sequenceNumber }: Fragment): void {
    this.#notes.add({ kind: 'rule', rule, fragmentId, sequenceNumber });
  }

  /** PROTOCOL §6.5–6.6: on arrival and on completion. */
  #pace(now: number): Message[] {
    const signal = this.#backpressure.update(this.#pressure, this.#queue.size, this.#stream.maxInflight);
    return signal === undefined ? [] : [this.#signal(signal, now)];
  }

  #signal(signal: BackpressureSignal, now: number): Message {
    const load = { currentInflight: this.#queue.size, queueDepth: this.queueDepth(now) };
    return { kind: 'backpressure', streamId: this.#stream.streamId, ...signal, ...load };
  }
}

/** A simulated error as an `error` event. */
function refusalOf({ code, message, retryable, stage }: FragmentError, because: Because | undefined): Refusal {
  const metadata = stage === undefined ? {} : { metadata: { stage } };
  return { code, message, retryable, ...metadata, ...(because !== undefined && { because }) };
}
