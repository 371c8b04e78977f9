/**
 * One worker's session: every rule of PROTOCOL §§4 and 6. It knows nothing of sockets, timers or clocks.
 *
 * To drive it, pass everything that happens to `handle`, with the time, and carry out the returned effects in order. Call
 * `wake` at `wakeAt`, after everything that arrived before. Times are integer milliseconds and never go back.
 */

import { Conduct, type Standing, type Step } from './conduct.js';
import { Dispatch } from './dispatch.js';
import { isErrorCode } from './error-codes.js';
import { ErrorReports } from './error-reports.js';
import { Journal } from './journal.js';
import { Naming } from './naming.js';
import { type Outgoing, Outlet } from './outlet.js';
import { Pipeline } from './pipeline.js';
import { Policy } from './policy.js';
import type { Effect, Input, Refusal, StreamInput } from './protocol.js';
import { foreignStream, isForeign, outOfPlace } from './refusals.js';
import type { RuleBook } from './rules.js';
import { Schedule } from './schedule.js';
import type { SessionSettings } from './settings.js';
import { type SessionOrigin, type SessionSnapshot, snapshotOf } from './snapshot.js';
import { NO_STREAM, type Stream } from './stream.js';
import type { TestEvent } from './test-event.js';
import { carryOut } from './test-events.js';
import { type OpenState, TRANSITIONS } from './transitions.js';
import type { SessionState } from './vocabulary.js';

type Outcome = Effect[] | Refusal;

/** One stream per session; a connection has one session at a time (PROTOCOL §1). */
export class Session {
  readonly #origin: SessionOrigin;
  readonly #settings: SessionSettings;
  readonly #policy: Policy;
  readonly #journal = new Journal();
  readonly #schedule = new Schedule();
  readonly #naming: Naming;
  readonly #outlet: Outlet;
  readonly #reports: ErrorReports;
  readonly #pipeline: Pipeline;
  readonly #dispatch: Dispatch;
  #state: SessionState = 'initializing';
  #stream: Stream = NO_STREAM;
  /** The id of the `stream:end` that `stream:complete` replies to. */
  #endedBy: number | undefined;

  constructor(origin: SessionOrigin, settings: SessionSettings) {
    this.#origin = origin;
    this.#settings = settings;
    this.#policy = new Policy(settings);
    this.#naming = new Naming(settings.scopeOf, this.#policy);
    this.#outlet = new Outlet(this.#policy);
    this.#reports = new ErrorReports(origin.sessionId, settings.queueFullLimit);
    this.#pipeline = new Pipeline(settings, this.#policy, this.#journal, this.#reports, this.#outlet);
    this.#dispatch = new Dispatch({
      journal: this.#journal,
      schedule: this.#schedule,
      outlet: this.#outlet,
      pipeline: this.#pipeline,
      conduct: new Conduct(this.#journal.fragments, origin.isRenewal === true),
      standing: () => this.#standing,
    });
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
    return this.#policy.rules;
  }

  /** Whether functions of the caller's are passed the fragments. */
  get showsFragments(): boolean {
    return this.#policy.showsFragments;
  }

  /** Accepted fragments whose result has not been sent yet (PROTOCOL §6.1). */
  get inflight(): number {
    return this.#pipeline.inflight;
  }

  /** Number of those that wait for free capacity or for their turn. */
  queueDepth(now: number): number {
    return this.#pipeline.queueDepth(now);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** When to call `wake` next; Infinity when nothing is due. */
  get wakeAt(): number {
    return this.#schedule.nextAt;
  }

  /**
   * Returns the effects of the input, with its `id`, if given, as `inReplyTo`. What is due, even now, waits for `wake`,
   * because other input read at the same time comes first. Never throws, whatever the input.
   */
  handle(input: Input, now: number, id?: number): Effect[] {
    if (this.#state === 'closed' || (this.#outlet.isClosed && input.kind !== 'disconnect')) return [];
    const before = this.#standing;
    const outcome = this.#take(input, now, id);
    const refusal = Array.isArray(outcome) ? undefined : outcome;
    const effects = Array.isArray(outcome) ? outcome : this.#reports.refuse(outcome, this.streamId);
    return this.#conclude({ input, refusal, effects, before, now }, id);
  }

  /** Returns the effects that are due. Returns none when called too early, or again at the same time. */
  wake(now: number): Effect[] {
    const effects: Effect[] = [];
    while (this.#schedule.nextAt <= now) effects.push(...this.#elapse(now));
    return effects;
  }

  /** The sequence number of an accepted fragment; undefined for one that is unknown or forgotten. */
  sequenceNumberOf(fragmentId: string): number | undefined {
    return this.#journal.fragments.get(fragmentId)?.sequenceNumber;
  }

  /** Whether the input starts a new session on the same connection: `stream:init` after `completed` (PROTOCOL §6.9). */
  isRenewedBy(input: Input): boolean {
    if (input.kind !== 'stream:init' || this.#state === 'closed' || this.#outlet.isClosed) return false;
    return TRANSITIONS[this.#state][input.kind] === 'renew';
  }

  /** The current state of the session, as frozen data. */
  snapshot(): SessionSnapshot {
    const { inflight, peakInflight, expected: expectedSequenceNumber, held: heldSequenceNumbers } = this.#pipeline;
    const statistics = this.#pipeline.statistics.summary();
    const progress = {
      state: this.#state,
      inflight,
      peakInflight,
      expectedSequenceNumber,
      heldSequenceNumbers,
      statistics,
    };
    return snapshotOf(this.#origin, this.#stream, progress, this.#journal.snapshot());
  }

  #take(input: Input, now: number, id: number | undefined): Outcome {
    switch (input.kind) {
      case 'connect': {
        const { handshake } = this.#origin;
        return [...this.#naming.nameByHandshake(handshake), ...this.#outlet.breakAt('connect', handshake.streamId)];
      }
      case 'malformed':
        return { violation: 'invalid-payload', ...input.refusal };
      case 'rejected':
        return [{ ...input.answer }];
      case 'unknown':
        this.#journal.unknownEventReceived(input.event);
        return [];
      case 'delay':
        this.#policy.setDelay(input.level, input.delayMs);
        return [];
      case 'backpressure':
        this.#policy.setBackpressure(input.level, input.plan);
        return this.#pipeline.pace(now);
      case 'push backpressure':
        return this.#pipeline.push(input.signal, now);
      case 'push error':
        return this.#stream === NO_STREAM ? [] : this.#reports.report({ streamId: this.streamId, ...input.error });
      case 'cut now':
        return this.#outlet.breakAt('now', this.streamId);
      case 'heard':
        return [];
      case 'blocked':
        this.#pipeline.excuseGap(input.forMs, now);
        return [];
      case 'disconnect':
        return this.#close(input.reason, now);
      default:
        return this.#step(input, this.#state as OpenState, now, id);
    }
  }

  /** Checks legality first; then carries out the event in the state that follows. */
  #step(input: StreamInput, state: OpenState, now: number, id: number | undefined): Outcome {
    if (isForeign(input, this.#stream)) return foreignStream(input, this.#stream, state);
    const next = TRANSITIONS[state][input.kind];
    if (next === 'renew') {
      // Not the worker's fault: the caller has not asked `isRenewedBy`.
      const { violation: _, since: __, ...refusal } = outOfPlace(input, 'INVALID_CONFIG', state);
      return refusal;
    }
    if (isErrorCode(next)) return outOfPlace(input, next, state);
    this.#state = next;
    return this.#carryOut(input, now, id);
  }

  /** Carries out an event that is legal. */
  #carryOut(input: StreamInput, now: number, id: number | undefined): Outcome {
    switch (input.kind) {
      case 'stream:init':
        return this.#begin(input, now);
      case 'fragment:data':
        return this.#receive(input, now);
      case 'fragment:ack':
        this.#journal.ackReceived(input, now);
        return [];
      case 'stream:pause':
        this.#journal.mark({ pauseReason: input.reason });
        return [];
      case 'stream:resume':
        return [];
      case 'stream:end':
        this.#endedBy = id;
        this.#journal.mark({ endedAt: now, endReason: input.reason });
        return this.#pipeline.giveUpGaps(now);
      default:
        return this.#carryOutTestEvent(input, now);
    }
  }

  #begin(input: StreamInput & { kind: 'stream:init' }, now: number): Effect[] {
    const { streamId, workerId, config, timeoutMs } = input;
    const maxInflight = Math.min(input.maxInflight, this.#settings.maxInflight);
    this.#stream = { streamId, workerId, config, maxInflight, timeoutMs };
    this.#pipeline.begin(this.#stream);
    this.#journal.mark({ readyAt: now });
    const claim = this.#naming.name('stream:init', streamId, workerId);
    return [claim, { kind: 'stream:ready', streamId, sessionId: this.sessionId, maxInflight }];
  }

  #receive({ fragment }: StreamInput & { kind: 'fragment:data' }, now: number): Outcome {
    const verdict = this.#pipeline.receive(fragment, () => this.snapshot(), now);
    if (Array.isArray(verdict)) this.#reports.endRow();
    return verdict;
  }

  #carryOutTestEvent(input: TestEvent, now: number): Outcome {
    const [settings, policy, schedule, streamId] = [this.#settings, this.#policy, this.#schedule, this.streamId];
    return carryOut(input, { settings, policy, schedule, pace: (at) => this.#pipeline.pace(at), streamId }, now);
  }

  /** PROTOCOL §6.16: no effects, now or later. */
  #close(reason: string, now: number): Effect[] {
    this.#state = 'closed';
    this.#pipeline.clear();
    this.#schedule.clear();
    this.#journal.mark({ closedAt: now, closeReason: reason });
    return [];
  }

  #elapse(now: number): Effect[] {
    const before = this.#standing;
    const { isGapOverdue, messages, releases, ends } = this.#schedule.take(now);
    const gaps = isGapOverdue ? this.#pipeline.giveUpOverdueGaps(now) : [];
    const effects = [...gaps, ...this.#pipeline.release(now), ...this.#dispatch.release(releases, now)];
    return [
      ...this.#dispatch.send(messages, this.streamId, now),
      ...this.#conclude({ input: undefined, refusal: undefined, effects, before, now }, undefined),
      ...this.#dispatch.send(ends, this.streamId, now),
    ];
  }

  /** Ends each step: completes the stream if it is over, and sends what is sent now. */
  #conclude(step: Omit<Step, 'after'>, id: number | undefined): Effect[] {
    const { now } = step;
    const completion = this.#complete(now);
    const effects = completion.length === 0 ? step.effects : [...step.effects, ...completion];
    const { prompt, delayed } = this.#dispatch.decide({ ...step, effects }, id, this.streamId);
    if (completion.length > 0) this.#linger(delayed, now);
    return this.#dispatch.send(prompt, this.streamId, now);
  }

  /** PROTOCOL §6.8: the stream has ended and nothing is in flight. */
  #complete(now: number): Effect[] {
    if (this.#state !== 'ending' || this.#pipeline.inflight > 0) return [];
    this.#state = 'completed';
    this.#journal.mark({ completedAt: now });
    const reply = this.#endedBy === undefined ? {} : { inReplyTo: this.#endedBy };
    return [{ ...this.#pipeline.completion(now), ...reply }];
  }

  /** PROTOCOL §3: from the sending of `stream:complete`, or from when it would have been sent. */
  #linger(delayed: readonly Outgoing[], now: number): void {
    const { at = now } = delayed.find(({ effect }) => effect.kind === 'stream:complete') ?? {};
    this.#schedule.hangUpAt(at + this.#settings.autoCloseMs, 'stream completed');
  }

  get #standing(): Standing {
    const { inflight, unanswered, expected } = this.#pipeline;
    const { isSilent, isDisturbed } = this.#outlet;
    return { state: this.#state, inflight, unanswered, expected, isSilent, isDisturbed };
  }
}
