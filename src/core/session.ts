/**
 * One worker's session: every rule of PROTOCOL §§4 and 6, and nothing of sockets, timers or clocks.
 *
 * To drive it: give `handle` each thing that happens, with the time; do the effects it returns, in their order; and
 * call `wake` once `wakeAt` has come. All times are integer milliseconds on one clock that never goes back.
 */

import { Conduct } from './conduct.js';
import { ErrorReports, isErrorCode } from './error-reports.js';
import { Exit } from './exit.js';
import { HangUp } from './hang-up.js';
import { Journal } from './journal.js';
import { type Note, Notes } from './notes.js';
import { Pipeline } from './pipeline.js';
import type { Effect, Input, Refusal, StreamInput } from './protocol.js';
import { foreignStream, gapGivenUp, isForeign, outOfPlace } from './refusals.js';
import type { RuleBook } from './rules.js';
import type { SessionSettings } from './settings.js';
import { freeze, type Handshake, type SessionOrigin, type SessionSnapshot } from './snapshot.js';
import { NO_STREAM, type Stream } from './stream.js';
import { Control } from './test-events.js';
import { type OpenState, TRANSITIONS } from './transitions.js';
import type { SessionState } from './vocabulary.js';

/** One stream per session; a connection has one session at a time (PROTOCOL §1). */
export class Session {
  readonly #origin: SessionOrigin;
  readonly #settings: SessionSettings;
  readonly #journal = new Journal();
  readonly #notes = new Notes();
  readonly #conduct: Conduct;
  readonly #reports: ErrorReports;
  readonly #pipeline: Pipeline;
  #state: SessionState = 'initializing';
  #stream: Stream = NO_STREAM;
  readonly #hangUp = new HangUp();
  readonly #control: Control;
  readonly #exit: Exit;

  constructor(origin: SessionOrigin, settings: SessionSettings) {
    this.#origin = origin;
    this.#settings = settings;
    this.#reports = new ErrorReports(origin.sessionId, this.#journal, settings.queueFullLimit);
    this.#exit = new Exit(settings.cuts);
    this.#conduct = new Conduct(this.#notes, origin.isRenewal === true);
    this.#pipeline = new Pipeline(settings, this.#journal, this.#reports, this.#notes);
    this.#control = new Control(settings, this.#pipeline, this.#hangUp);
    this.#claim(origin.handshake);
  }

  get sessionId(): string {
    return this.#origin.sessionId;
  }

  /** Empty until `stream:init`. */
  get streamId(): string {
    return this.#stream.streamId;
  }

  /** Fragments taken whose result is not out yet (PROTOCOL §6.1). */
  get inflight(): number {
    return this.#pipeline.inflight;
  }

  /** The rules of this session alone (PROTOCOL §6.13). */
  get rules(): RuleBook {
    return this.#pipeline.rules;
  }

  /** How many of those wait for a place or for their turn. */
  queueDepth(now: number): number {
    return this.#pipeline.queueDepth(now);
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
    // Of what was overdue when the connection was lost nothing can go out any more (PROTOCOL §6.16).
    const overdue = input.kind === 'disconnect' ? [] : this.wake(now);
    return [...overdue, ...this.#outward(this.#take(input, now), now), ...this.wake(now)];
  }

  /** What follows from the time that has passed. Too early, or twice at the same time, it is nothing. */
  wake(now: number): Effect[] {
    if (now < this.wakeAt) return [];
    const released = [...this.#giveUpGaps(now), ...this.#pipeline.release(now)];
    return this.#outward([...released, ...this.#complete(now), ...this.#hangUp.due(now)], now);
  }

  /** What there is to say of it besides messages, since the last call; to be told before the effects of that time. */
  takeNotes(): readonly Note[] {
    return this.#notes.take();
  }

  /** Of a fragment that it has taken and remembers. */
  sequenceNumberOf(fragmentId: string): number | undefined {
    return this.#journal.fragments.get(fragmentId)?.sequenceNumber;
  }

  /** Whether the input belongs to a new session on the same connection: `stream:init` after `completed` (PROTOCOL §6.9). */
  isRenewedBy(input: Input): boolean {
    if (input.kind !== 'stream:init' || this.#state === 'closed' || this.#exit.isClosed) return false;
    return TRANSITIONS[this.#state][input.kind] === 'renew';
  }

  /** Everything a test may want to know, as it is now: frozen data. */
  snapshot(): SessionSnapshot {
    const { isRenewal: _, ...origin } = this.#origin;
    return freeze({
      ...origin,
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
        return this.#refuse({ violation: 'invalid-payload', ...input.refusal }, now);
      case 'rejected':
        this.#conduct.rejected(input.answer);
        return [input.answer];
      case 'unknown':
        this.#journal.unknownEventReceived(input.event);
        this.#conduct.unknownEvent(input.event);
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
      case 'heard':
        this.#conduct.heard(input.signal);
        return [];
      case 'disconnect':
        return this.#close(input, now);
      default:
        return this.#step(input, this.#state, now);
    }
  }

  /** The one way out: cuts in their places, and nothing at all once the stream is silent. */
  #outward(effects: Effect[], now: number): Effect[] {
    const said = this.#exit.pass(effects, this.streamId, this.#pipeline.isSilent);
    this.#conduct.said(said, now);
    return said;
  }

  /** Legality first, in one place; then what the event does in the state that follows. */
  #step(input: StreamInput, state: OpenState, now: number): Effect[] {
    if (isForeign(input, this.#stream)) return this.#refuse(foreignStream(input, this.#stream, state), now, input);
    const next = TRANSITIONS[state][input.kind];
    // Not the worker's fault: the caller has not asked `isRenewedBy`.
    if (next === 'renew') return this.#report(outOfPlace(input, 'INVALID_CONFIG', state), now);
    if (isErrorCode(next)) return this.#refuse(outOfPlace(input, next, state), now, input);
    this.#state = next;
    return this.#carryOut(input, now);
  }

  /** What an event does that is legal. */
  #carryOut(input: StreamInput, now: number): Effect[] {
    switch (input.kind) {
      case 'stream:init':
        return this.#begin(input, now);
      case 'fragment:data':
        return this.#receive(input, now);
      case 'fragment:ack':
        this.#conduct.acknowledged(input.fragmentId, this.#journal.fragments);
        this.#journal.ackReceived(input, now);
        return [];
      case 'stream:pause':
        this.#journal.mark({ pauseReason: input.reason });
        return [];
      case 'stream:resume':
        return [];
      case 'stream:end':
        return this.#end(input.reason, now);
      default: {
        const outcome = this.#control.carryOut(input, this.streamId, now);
        return Array.isArray(outcome) ? outcome : this.#refuse(outcome, now);
      }
    }
  }

  #begin(
    { streamId, workerId, config, maxInflight, timeoutMs }: StreamInput & { kind: 'stream:init' },
    now: number,
  ): Effect[] {
    const agreed = Math.min(maxInflight, this.#settings.maxInflight);
    this.#stream = { streamId, workerId, config, maxInflight: agreed, timeoutMs };
    this.#pipeline.begin(this.#stream);
    this.#conduct.begin(agreed);
    this.#claim({ streamId, workerId });
    this.#journal.mark({ readyAt: now });
    return [{ kind: 'stream:ready', streamId, sessionId: this.sessionId, maxInflight: agreed }];
  }

  /** Once more with the real ids: a handshake may name none, or others. */
  #claim({ streamId = '', workerId = '' }: Handshake): void {
    if (streamId === '' && workerId === '') return;
    const scope = this.#settings.scopeOf({ streamId, workerId });
    this.#pipeline.claim(scope);
    this.#exit.claim(scope);
  }

  #receive(input: StreamInput & { kind: 'fragment:data' }, now: number): Effect[] {
    const { fragment } = input;
    // Nobody could have told the worker to go on.
    if (!this.#pipeline.isSilent) this.#conduct.paced(fragment, now);
    const verdict = this.#pipeline.receive(fragment, () => this.snapshot(), now);
    if (!Array.isArray(verdict)) return this.#refuse(verdict, now, input);
    this.#conduct.taken(fragment, this.#pipeline.inflight);
    this.#reports.endRow();
    return verdict;
  }

  #end(reason: string | undefined, now: number): Effect[] {
    const missing = this.#pipeline.giveUpGaps();
    if (!this.#pipeline.isSilent) this.#conduct.ended(missing);
    this.#journal.mark({ endedAt: now, endReason: reason });
    return [];
  }

  /** PROTOCOL §6.16: no effects, now or later. */
  #close({ reason, by }: Input & { kind: 'disconnect' }, now: number): Effect[] {
    const isAmidStream = this.#state === 'active' || this.#state === 'paused';
    // Whom the service has left alone or cut off may go.
    const isLeftToIt = by === 'worker' && !this.#exit.isDisturbed && !this.#pipeline.isSilent;
    if (isAmidStream && isLeftToIt) this.#conduct.left(this.#pipeline.inflight, reason);
    this.#state = 'closed';
    this.#pipeline.clear();
    this.#hangUp.cancel();
    this.#journal.mark({ closedAt: now, closeReason: reason });
    return [];
  }

  #giveUpGaps(now: number): Effect[] {
    const missing = this.#pipeline.giveUpOverdueGaps(now);
    if (missing.length === 0) return [];
    const words = (guilty: readonly number[]) => gapGivenUp(guilty, this.#stream).message;
    if (!this.#pipeline.isSilent) this.#conduct.overdue(missing, this.#pipeline, now, words);
    return this.#report(gapGivenUp(missing, this.#stream), now);
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

  #refuse(refusal: Refusal, now: number, input?: StreamInput): Effect[] {
    this.#conduct.refused(refusal, this.#pipeline, input);
    return this.#report(refusal, now);
  }

  #report(refusal: Refusal, now: number): Effect[] {
    return this.#reports.refuse(refusal, this.streamId, now);
  }
}
