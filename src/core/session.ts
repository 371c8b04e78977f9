/**
 * One worker's session: every rule of PROTOCOL §§4 and 6, and nothing of sockets, timers or clocks.
 *
 * To drive it: give `handle` each thing that happens, with the time; do the effects it returns, in their order; and
 * call `wake` once `wakeAt` has come. All times are integer milliseconds on one clock that never goes back.
 */

import { admit } from './admission.js';
import { Backpressure } from './backpressure.js';
import { ERROR_CODES, type ErrorCode } from './error-codes.js';
import { FragmentQueue, type Pending } from './fragment-queue.js';
import { Journal } from './journal.js';
import type { Effect, ErrorReport, Fragment, Input, Refusal, StreamInput } from './protocol.js';
import { foreignStream, gapGivenUp, isForeign, outOfPlace } from './refusals.js';
import { resultOf } from './result.js';
import type { SessionSettings } from './settings.js';
import { freeze, type Handshake, type SessionSnapshot } from './snapshot.js';
import { Statistics } from './statistics.js';
import { NO_STREAM, type Stream } from './stream.js';
import { type OpenState, type SessionState, TRANSITIONS } from './transitions.js';

/** What is known of a session before anything has been said on it. */
export interface SessionOrigin {
  /** A UUID. */
  readonly sessionId: string;
  readonly handshake: Handshake;
  readonly connectedAt: number;
}

/** One stream per session; a connection has one session at a time (PROTOCOL §1). */
export class Session {
  readonly #origin: SessionOrigin;
  readonly #settings: SessionSettings;
  readonly #queue = new FragmentQueue();
  readonly #journal = new Journal();
  readonly #statistics = new Statistics();
  readonly #backpressure = new Backpressure();
  #state: SessionState = 'initializing';
  #stream: Stream = NO_STREAM;
  #delayMs: number;
  #hangUpAt = Number.POSITIVE_INFINITY;
  #errorCount = 0;
  #queueFullInARow = 0;

  constructor(origin: SessionOrigin, settings: SessionSettings) {
    this.#origin = origin;
    this.#settings = settings;
    this.#delayMs = settings.delayMs;
  }

  get sessionId(): string {
    return this.#origin.sessionId;
  }

  /** Empty until `stream:init`. */
  get streamId(): string {
    return this.#stream.streamId;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** When `wake` should be called next; Infinity when nothing is due unless something happens. */
  get wakeAt(): number {
    if (this.#isDone) return 0;
    return Math.min(this.#queue.nextDueAt, this.#gapDeadline, this.#hangUpAt);
  }

  /** What follows from the input, and from the time that has passed. Never throws, whatever the input says. */
  handle(input: Input, now: number): Effect[] {
    return [...this.wake(now), ...this.#take(input, now), ...this.wake(now)];
  }

  /** What follows from the time that has passed. Too early, or twice at the same time, it is nothing. */
  wake(now: number): Effect[] {
    if (now < this.wakeAt) return [];
    return [...this.#giveUpGaps(now), ...this.#release(now), ...this.#complete(now), ...this.#hangUp(now)];
  }

  /** Whether the input belongs to a new session on the same connection: `stream:init` after `completed` (PROTOCOL §6.9). */
  isRenewedBy(input: Input): boolean {
    return input.kind === 'stream:init' && this.#state !== 'closed' && TRANSITIONS[this.#state][input.kind] === 'renew';
  }

  /** Everything a test may want to know, as it is now: frozen data. */
  snapshot(): SessionSnapshot {
    return freeze({
      ...this.#origin,
      ...this.#stream,
      state: this.#state,
      inflight: this.#queue.size,
      expectedSequenceNumber: this.#queue.expected,
      heldSequenceNumbers: this.#queue.held,
      statistics: this.#statistics.summary(),
      ...this.#journal.snapshot(),
    });
  }

  /** The one way in. */
  #take(input: Input, now: number): Effect[] {
    if (this.#state === 'closed') return [];
    switch (input.kind) {
      case 'malformed':
        return this.#refuse(input.refusal, now);
      case 'unknown':
        this.#journal.unknownEventReceived(input.event);
        return [];
      case 'delay':
        this.#delayMs = input.delayMs;
        return [];
      case 'disconnect':
        return this.#close(input.reason, now);
      default:
        return this.#step(input, this.#state, now);
    }
  }

  /** Legality first, in one place; then what the event does in the state that follows. */
  #step(input: StreamInput, state: OpenState, now: number): Effect[] {
    if (isForeign(input, this.#stream)) return this.#refuse(foreignStream(input, this.#stream, state), now);
    const next = TRANSITIONS[state][input.kind];
    if (next === 'renew') return this.#refuse(outOfPlace(input, 'INVALID_CONFIG', state), now);
    if (isErrorCode(next)) return this.#refuse(outOfPlace(input, next, state), now);
    this.#state = next;
    switch (input.kind) {
      case 'stream:init':
        return this.#begin(input, now);
      case 'fragment:data':
        return this.#receive(input.fragment, now);
      case 'fragment:ack':
        this.#journal.ackReceived(input, now);
        return [];
      case 'stream:pause':
        this.#journal.mark({ pauseReason: input.reason });
        return [];
      case 'stream:resume':
        return [];
      case 'stream:end':
        return this.#end(input.reason, now);
    }
  }

  #begin(
    { streamId, workerId, config, maxInflight, timeoutMs }: StreamInput & { kind: 'stream:init' },
    now: number,
  ): Effect[] {
    const agreed = Math.min(maxInflight, this.#settings.maxInflight);
    this.#stream = { streamId, workerId, config, maxInflight: agreed, timeoutMs };
    this.#journal.mark({ readyAt: now });
    return [{ kind: 'stream:ready', streamId, sessionId: this.sessionId, maxInflight: agreed }];
  }

  #receive(fragment: Fragment, now: number): Effect[] {
    const { fragmentId, sequenceNumber } = fragment;
    const verdict = admit(fragment, {
      expected: this.#queue.expected,
      isNumberInFlight: this.#queue.has(sequenceNumber),
      record: this.#journal.fragments.get(fragmentId),
      inflight: this.#queue.size,
      queueLimit: this.#settings.queueLimit,
      reorderWindow: this.#settings.reorderWindow ?? this.#stream.maxInflight,
    });
    if (typeof verdict === 'object') return this.#refuse({ ...verdict, fragmentId }, now);
    this.#queueFullInARow = 0;
    const attempt = this.#journal.fragments.take(fragmentId, sequenceNumber, now);
    const outcome = this.#settings.outcome(fragment, attempt);
    const pending = { fragment, outcome, receivedAt: now, dueAt: now + this.#delayMs };
    const ack = verdict === 'retry' ? this.#queueRetry(pending) : this.#queueInTurn(pending);
    return [ack, ...this.#pace(now)];
  }

  #queueInTurn(pending: Pending): Effect {
    const { fragmentId, sequenceNumber } = pending.fragment;
    this.#queue.add(pending);
    const queuePosition = this.#queue.position(sequenceNumber);
    const releaseAt = this.#queue.releaseAt(sequenceNumber);
    const estimate =
      releaseAt === undefined ? {} : { estimatedCompletionMs: Math.max(0, releaseAt - pending.receivedAt) };
    return { kind: 'fragment:ack', fragmentId, queuePosition, ...estimate };
  }

  /** Its turn has passed: nothing is ahead of it (PROTOCOL §6.4). */
  #queueRetry(pending: Pending): Effect {
    this.#queue.addRetry(pending);
    const estimatedCompletionMs = pending.dueAt - pending.receivedAt;
    return { kind: 'fragment:ack', fragmentId: pending.fragment.fragmentId, queuePosition: 0, estimatedCompletionMs };
  }

  /** Nothing new can come to fill a gap: what it holds back goes out (PROTOCOL §6.8). */
  #end(reason: string | undefined, now: number): Effect[] {
    this.#queue.giveUpGaps();
    this.#journal.mark({ endedAt: now, endReason: reason });
    return [];
  }

  /** PROTOCOL §6.16: no effects, now or later. */
  #close(reason: string, now: number): Effect[] {
    this.#state = 'closed';
    this.#queue.clear();
    this.#hangUpAt = Number.POSITIVE_INFINITY;
    this.#journal.mark({ closedAt: now, closeReason: reason });
    return [];
  }

  get #gapDeadline(): number {
    return this.#queue.heldSince + this.#stream.timeoutMs;
  }

  /** PROTOCOL §6.3. */
  #giveUpGaps(now: number): Effect[] {
    if (now < this.#gapDeadline) return [];
    const refusal = gapGivenUp(this.#queue.missing, this.#stream);
    this.#queue.giveUpGaps();
    return this.#refuse(refusal, now);
  }

  #release(now: number): Effect[] {
    const due = this.#queue.release(now);
    if (due.length === 0) return [];
    const results = due.map((pending) => this.#emit(pending, now));
    return [...results, ...this.#pace(now)];
  }

  #emit(pending: Pending, now: number): Effect {
    const result = resultOf(pending, this.#stream.config.targetLanguage, this.#settings.transcript, now);
    const { fragmentId, status, error, processingTimeMs } = result;
    this.#statistics.record(status, processingTimeMs);
    this.#journal.fragments.update(fragmentId, { status, processedAt: now, ...(error && { error }) });
    return result;
  }

  /** PROTOCOL §6.5: on arrival and on completion. */
  #pace(now: number): Effect[] {
    const signal = this.#backpressure.update(this.#queue.size, this.#stream.maxInflight);
    if (signal === undefined) return [];
    const load = { currentInflight: this.#queue.size, queueDepth: this.#queue.waiting(now) };
    return [{ kind: 'backpressure', streamId: this.#stream.streamId, ...signal, ...load }];
  }

  /** Nothing will come any more, and nothing is in flight. */
  get #isDone(): boolean {
    return this.#state === 'ending' && this.#queue.size === 0;
  }

  /** PROTOCOL §6.8, and the linger of §3. */
  #complete(now: number): Effect[] {
    if (!this.#isDone) return [];
    this.#state = 'completed';
    this.#hangUpAt = now + this.#settings.autoCloseMs;
    this.#journal.mark({ completedAt: now });
    const { fragments, readyAt = now } = this.#journal;
    const totals = { totalFragments: fragments.taken, totalDurationMs: now - readyAt };
    return [
      { kind: 'stream:complete', streamId: this.#stream.streamId, ...totals, statistics: this.#statistics.summary() },
    ];
  }

  #hangUp(now: number): Effect[] {
    if (now < this.#hangUpAt) return [];
    this.#hangUpAt = Number.POSITIVE_INFINITY;
    return [{ kind: 'disconnect', reason: 'stream completed' }];
  }

  /** Every `error` goes out here. A fatal one ends the connection (PROTOCOL §3). */
  #refuse(refusal: Refusal, now: number): Effect[] {
    const isQueueFull = refusal.code === 'QUEUE_FULL';
    this.#queueFullInARow = isQueueFull ? this.#queueFullInARow + 1 : 0;
    const isHopeless = this.#queueFullInARow > this.#settings.queueFullLimit;
    const { severity, retryable } = ERROR_CODES[refusal.code];
    this.#errorCount += 1;
    const report: ErrorReport = {
      kind: 'error',
      errorId: `${this.sessionId}:${this.#errorCount}`,
      retryable,
      ...(this.#stream !== NO_STREAM && { streamId: this.#stream.streamId }),
      ...refusal,
      severity: isHopeless ? 'fatal' : severity,
    };
    this.#journal.errorSent(report, now);
    return report.severity === 'fatal' ? [report, { kind: 'disconnect', reason: refusal.code }] : [report];
  }
}

function isErrorCode(cell: string): cell is ErrorCode {
  return Object.hasOwn(ERROR_CODES, cell);
}
