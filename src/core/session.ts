/**
 * One worker's session: every rule of PROTOCOL §§4 and 6, and nothing of sockets, timers or clocks.
 *
 * To drive it: give `handle` each thing that happens, with the time; do the effects it returns, in their order; and
 * call `wake` once `wakeAt` has come. All times are integer milliseconds on one clock that never goes back.
 */

import { ErrorReports, isErrorCode } from './error-reports.js';
import { Exit } from './exit.js';
import { HangUp } from './hang-up.js';
import { Journal } from './journal.js';
import { Pipeline } from './pipeline.js';
import type { Effect, Input, Refusal, StreamInput } from './protocol.js';
import { foreignStream, isForeign, noSuchStream, outOfPlace } from './refusals.js';
import type { RuleBook } from './rules.js';
import type { SessionSettings } from './settings.js';
import { freeze, type Handshake, type SessionSnapshot } from './snapshot.js';
import { NO_STREAM, type Stream } from './stream.js';
import { type OpenState, TRANSITIONS } from './transitions.js';
import type { Fragment, SessionState } from './vocabulary.js';

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
  readonly #journal = new Journal();
  readonly #reports: ErrorReports;
  readonly #pipeline: Pipeline;
  #state: SessionState = 'initializing';
  #stream: Stream = NO_STREAM;
  readonly #hangUp = new HangUp();
  readonly #exit: Exit;
  #queueFullInARow = 0;

  constructor(origin: SessionOrigin, settings: SessionSettings) {
    this.#origin = origin;
    this.#settings = settings;
    this.#reports = new ErrorReports(origin.sessionId, this.#journal);
    this.#exit = new Exit(settings.cuts);
    this.#pipeline = new Pipeline(settings, this.#journal, this.#reports);
  }

  get sessionId(): string {
    return this.#origin.sessionId;
  }

  /** Empty until `stream:init`. */
  get streamId(): string {
    return this.#stream.streamId;
  }

  /** The rules of this session alone (PROTOCOL §6.13). */
  get rules(): RuleBook {
    return this.#pipeline.rules;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** When `wake` should be called next; Infinity when nothing is due unless something happens. */
  get wakeAt(): number {
    if (this.#isDone) return 0;
    return Math.min(this.#pipeline.wakeAt, this.#hangUp.at);
  }

  /** What follows from the input, and from the time that has passed. Never throws, whatever the input says. */
  handle(input: Input, now: number): Effect[] {
    return [...this.wake(now), ...this.#outward(this.#take(input, now)), ...this.wake(now)];
  }

  /** What follows from the time that has passed. Too early, or twice at the same time, it is nothing. */
  wake(now: number): Effect[] {
    if (now < this.wakeAt) return [];
    return this.#outward([
      ...this.#giveUpGaps(now),
      ...this.#pipeline.release(now),
      ...this.#complete(now),
      ...this.#hangUp.due(now),
    ]);
  }

  /** Whether the input belongs to a new session on the same connection: `stream:init` after `completed` (PROTOCOL §6.9). */
  isRenewedBy(input: Input): boolean {
    if (input.kind !== 'stream:init' || this.#state === 'closed' || this.#exit.isClosed) return false;
    return TRANSITIONS[this.#state][input.kind] === 'renew';
  }

  /** Everything a test may want to know, as it is now: frozen data. */
  snapshot(): SessionSnapshot {
    return freeze({
      ...this.#origin,
      ...this.#stream,
      state: this.#state,
      inflight: this.#pipeline.inflight,
      expectedSequenceNumber: this.#pipeline.expected,
      heldSequenceNumbers: this.#pipeline.held,
      statistics: this.#pipeline.statistics.summary(),
      ...this.#journal.snapshot(),
    });
  }

  /** The one way in. */
  #take(input: Input, now: number): Effect[] {
    if (this.#state === 'closed' || (this.#exit.isClosed && input.kind !== 'disconnect')) return [];
    switch (input.kind) {
      case 'connect':
        return this.#exit.cut('connect', this.#origin.handshake.streamId);
      case 'malformed':
        return this.#refuse(input.refusal, now);
      case 'rejected':
        return [input.answer];
      case 'unknown':
        this.#journal.unknownEventReceived(input.event);
        return [];
      case 'delay':
        this.#pipeline.setDelay(input.delayMs);
        return [];
      case 'backpressure':
        return this.#pipeline.setBackpressure(input.plan, now);
      case 'push backpressure':
        return this.#pipeline.pushBackpressure(input.signal, now);
      case 'cut now':
        return this.#exit.cut('now', this.streamId);
      case 'disconnect':
        return this.#close(input.reason, now);
      default:
        return this.#step(input, this.#state, now);
    }
  }

  /** The one way out: cuts in their places, and nothing at all once the stream is silent. */
  #outward(effects: Effect[]): Effect[] {
    return this.#exit.pass(effects, this.streamId, this.#pipeline.isSilent);
  }

  /** Legality first, in one place; then what the event does in the state that follows. */
  #step(input: StreamInput, state: OpenState, now: number): Effect[] {
    if (isForeign(input, this.#stream)) return this.#refuse(foreignStream(input, this.#stream, state), now);
    const next = TRANSITIONS[state][input.kind];
    if (next === 'renew') return this.#refuse(outOfPlace(input, 'INVALID_CONFIG', state), now);
    if (isErrorCode(next)) return this.#refuse(outOfPlace(input, next, state), now);
    this.#state = next;
    return this.#carryOut(input, now);
  }

  /** What an event does that is legal. */
  #carryOut(input: StreamInput, now: number): Effect[] {
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
      case 'config:error_simulation':
        return this.#simulateErrors(input, now);
      case 'config:processing_delay':
        this.#pipeline.setDelay(input.delayMs);
        return [{ kind: 'config:processing_delay:ack', status: 'accepted', delayMs: input.delayMs }];
      case 'config:backpressure':
        return [
          { kind: 'config:backpressure:ack', status: 'accepted' },
          ...this.#pipeline.setBackpressure(input.plan, now),
        ];
      case 'simulate:disconnect':
        return this.#scheduleHangUp(input, now);
    }
  }

  #begin(
    { streamId, workerId, config, maxInflight, timeoutMs }: StreamInput & { kind: 'stream:init' },
    now: number,
  ): Effect[] {
    const agreed = Math.min(maxInflight, this.#settings.maxInflight);
    this.#stream = { streamId, workerId, config, maxInflight: agreed, timeoutMs };
    this.#pipeline.begin(this.#stream);
    this.#journal.mark({ readyAt: now });
    return [{ kind: 'stream:ready', streamId, sessionId: this.sessionId, maxInflight: agreed }];
  }

  #receive(fragment: Fragment, now: number): Effect[] {
    const verdict = this.#pipeline.receive(fragment, () => this.snapshot(), now);
    if (!Array.isArray(verdict)) return this.#refuse(verdict, now);
    this.#queueFullInARow = 0;
    return verdict;
  }

  #end(reason: string | undefined, now: number): Effect[] {
    this.#pipeline.drain();
    this.#journal.mark({ endedAt: now, endReason: reason });
    return [];
  }

  /** PROTOCOL §6.16: no effects, now or later. */
  #close(reason: string, now: number): Effect[] {
    this.#state = 'closed';
    this.#pipeline.clear();
    this.#hangUp.cancel();
    this.#journal.mark({ closedAt: now, closeReason: reason });
    return [];
  }

  #giveUpGaps(now: number): Effect[] {
    const refusal = this.#pipeline.giveUpOverdueGaps(now);
    return refusal === undefined ? [] : this.#refuse(refusal, now);
  }

  /** Nothing will come any more, and nothing is in flight. */
  get #isDone(): boolean {
    return this.#state === 'ending' && this.#pipeline.inflight === 0;
  }

  /** PROTOCOL §6.8, and the linger of §3. */
  #complete(now: number): Effect[] {
    if (!this.#isDone) return [];
    this.#state = 'completed';
    this.#hangUp.schedule(now + this.#settings.autoCloseMs, 'stream completed');
    this.#journal.mark({ completedAt: now });
    const { fragments, readyAt = now } = this.#journal;
    const totals = { totalFragments: fragments.taken, totalDurationMs: now - readyAt };
    return [
      {
        kind: 'stream:complete',
        streamId: this.#stream.streamId,
        ...totals,
        statistics: this.#pipeline.statistics.summary(),
      },
    ];
  }

  /** PROTOCOL §2, `simulate:disconnect`. */
  #scheduleHangUp({ delayMs, reason }: StreamInput & { kind: 'simulate:disconnect' }, now: number): Effect[] {
    const disconnectAtMs = now + delayMs;
    this.#hangUp.schedule(disconnectAtMs, reason ?? 'simulated disconnect');
    const message = `This connection is closed by the server in ${delayMs} ms.`;
    return [{ kind: 'simulate:disconnect:ack', status: 'scheduled', disconnectAtMs, message }];
  }

  /** PROTOCOL §6.13. */
  #simulateErrors(
    { rules, scope, streamId }: StreamInput & { kind: 'config:error_simulation' },
    now: number,
  ): Effect[] {
    const book = scope === 'server' ? this.#settings.rules : this.#rulesOf(streamId);
    if (book === undefined) return this.#refuse(noSuchStream(streamId), now);
    book.clear();
    for (const rule of rules) book.add(rule);
    return [{ kind: 'config:error_simulation:ack', status: 'accepted', rulesCount: rules.length }];
  }

  #rulesOf(streamId = this.streamId): RuleBook | undefined {
    if (streamId !== this.streamId) return this.#settings.rulesOf(streamId);
    return this.#stream === NO_STREAM ? undefined : this.rules;
  }

  #refuse(refusal: Refusal, now: number): Effect[] {
    const isQueueFull = refusal.code === 'QUEUE_FULL';
    this.#queueFullInARow = isQueueFull ? this.#queueFullInARow + 1 : 0;
    const isHopeless = this.#queueFullInARow > this.#settings.queueFullLimit;
    return this.#reports.report(
      {
        ...(this.#stream !== NO_STREAM && { streamId: this.#stream.streamId }),
        ...refusal,
        ...(isHopeless && { severity: 'fatal' }),
      },
      now,
    );
  }
}
