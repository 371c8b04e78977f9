/**
 * Records each step of one session in the timeline, the violation log and the session list. It decides nothing.
 */

import { isMessage } from '../core/effects.js';
import { RESULT } from '../core/faults.js';
import type { Claim, Disconnect, Effect, Input, Message, RuleNote, ViolationNote } from '../core/protocol.js';
import { describeRule } from '../core/rules.js';
import type { Session } from '../core/session.js';
import type { EventName, NotePayloads } from '../timeline/entry.js';
import { keptText } from '../timeline/payload-copy.js';
import type { Participant } from '../timeline/stored-entry.js';
import type { EntryFacts, Timeline } from '../timeline/timeline.js';
import type { Step } from './observer.js';
import type { Tally } from './tally.js';
import type { ViolationLog } from './violation-log.js';

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type StepOf<Kind extends Step['kind']> = Step & { readonly kind: Kind };

/** The list of sessions. */
interface Listed {
  add(session: Session, participant: Participant): void;
  /** Sets the entry with which the session began: its `connect`, then the accepted `stream:init`. */
  begun(session: Session, entry: number): void;
  /** The session may have changed. */
  changed(session: Session): void;
  /** The session will not change again. */
  end(session: Session): void;
}

/** Where steps are recorded. */
export interface Records {
  readonly timeline: Timeline;
  readonly sessions: Listed;
  readonly violations: ViolationLog;
  readonly tally: Tally;
  /** A stream started that no scope claims. Returns whether there are scopes that could claim it. */
  readonly unclaimed: (names: { readonly streamId: string; readonly workerId: string }) => boolean;
}

/** The event that is being processed. */
interface Occasion {
  readonly id: number;
  /** The number of its entry. */
  readonly entry: number;
  readonly sequenceNumber: number | undefined;
}

/** A claim with the number of the entry that started the stream. */
interface StreamClaim extends Claim {
  readonly begunWith: number;
}

export class SessionRecorder {
  readonly #session: Session;
  readonly #records: Records;
  readonly #participant: Mutable<Participant>;
  #occasion: Occasion | undefined;
  /** The claim of a started stream, recorded after all its effects. */
  #claim: StreamClaim | undefined;

  constructor(session: Session, records: Records) {
    this.#session = session;
    this.#records = records;
    // Complete: a field that is added later takes more memory.
    this.#participant = { sessionId: session.sessionId, streamId: '', scope: undefined };
    records.sessions.add(session, this.#participant);
  }

  observe(step: Step): void {
    switch (step.kind) {
      case 'connected':
        this.#records.sessions.begun(this.#session, this.#note('connect', step.handshake, step.at));
        break;
      case 'received':
        this.#received(step);
        break;
      case 'effect':
        this.#follows(step);
        break;
      case 'lost':
        this.#lost(step);
        break;
      case 'settled':
        this.#settled();
        break;
      case 'ended':
        this.#records.sessions.end(this.#session);
    }
  }

  #received({ event, args, input, id, at }: StepOf<'received'>): void {
    const payload = args.length === 1 ? args[0] : args;
    const isTaken = input.kind !== 'malformed' && input.kind !== 'rejected' && input.kind !== 'unknown';
    const name = isTaken ? (input.kind as EventName) : input.kind === 'unknown' ? 'unknown' : 'malformed';
    const content = isTaken ? (payload as object) : { event: String(event), payload };
    const sequenceNumber = this.#sequenceNumberIn(input);
    const audioDigest = input.kind === 'fragment:data' ? input.fragment.audioDigest : undefined;
    const reason = { sequenceNumber, audioDigest };
    const entry = this.#records.timeline.record('in', name, content, at, this.#participant, reason);
    this.#occasion = { id, entry, sequenceNumber };
  }

  #lost({ reason, by, id, at }: StepOf<'lost'>): void {
    const entry = this.#note('disconnect', { reason, by }, at);
    this.#occasion = { id, entry, sequenceNumber: undefined };
  }

  #follows({ effect, payload, at }: StepOf<'effect'>): void {
    if (isMessage(effect)) this.#said(effect, payload, at);
    else if (effect.kind === 'disconnect') this.#brokenOff(effect, at);
    else if (effect.kind === 'claim') this.#claimed(effect);
    else if (effect.kind === 'rule') this.#ruleHit(effect, at);
    else if (effect.kind === 'gap') {
      const { missingSequenceNumbers } = effect;
      this.#note('gap', { missingSequenceNumbers }, at, { answers: this.#answersOf(effect) });
    } else if (effect.kind === 'violation') this.#violated(effect, at);
    // A restart concerns all sessions: the fixture records it when it begins.
  }

  #said(message: Effect & Message, payload: object, at: number): void {
    this.#records.tally.said(message);
    const occasion = this.#occasionOf(message);
    const isRefusal = message.kind === 'error';
    const sequenceNumber =
      'sequenceNumber' in message ? message.sequenceNumber : isRefusal ? occasion?.sequenceNumber : undefined;
    const because = 'because' in message ? message.because : undefined;
    const audioDigest = message.kind === 'fragment:processed' ? message.audioDigest : undefined;
    const reason = { sequenceNumber, answers: occasion?.entry, because, audioDigest };
    this.#records.timeline.record('out', message.kind, payload, at, this.#participant, reason);
  }

  /** The connection is about to be cut or closed. */
  #brokenOff(effect: Effect & Disconnect, at: number): void {
    const { cut, how, reason } = effect;
    const answers = this.#answersOf(effect);
    if (cut === undefined) this.#note('hang-up', { reason }, at, { answers });
    else this.#note('cut', { at: cut, how }, at, { cut, answers });
  }

  #ruleHit(effect: Effect & RuleNote, at: number): void {
    const { rule, on, fragmentId, sequenceNumber } = effect;
    const about = fragmentId === undefined || sequenceNumber === undefined ? {} : { fragmentId, sequenceNumber };
    const payload = { rule: describeRule(rule), ...(on !== RESULT && { on }), ...about };
    this.#note('rule', payload, at, { sequenceNumber, answers: this.#answersOf(effect) });
  }

  #violated(effect: Effect & ViolationNote, at: number): void {
    const { violation, message, sequenceNumber } = effect;
    const answers = this.#answersOf(effect);
    const entry = this.#note('violation', { kind: violation, message }, at, { sequenceNumber, answers });
    this.#records.violations.add(effect, at, this.#participant, answers ?? entry);
  }

  /** The claim of a handshake applies at once. A stream gets its name after all effects have been recorded. */
  #claimed(claim: Claim): void {
    if (claim.namedBy === 'handshake') this.#participant.scope = claim.scope?.owner;
    else this.#claim = { ...claim, begunWith: this.#occasion?.entry ?? 0 };
  }

  /** All effects are recorded: calls the listeners. */
  #settled(): void {
    this.#occasion = undefined;
    if (this.#claim !== undefined) this.#name(this.#claim);
    this.#claim = undefined;
    this.#records.timeline.tell();
    this.#records.sessions.changed(this.#session);
  }

  /** The session, with all its earlier entries, gets its name with `stream:init`. */
  #name({ streamId, workerId, scope, begunWith }: StreamClaim): void {
    const former = { ...this.#participant };
    this.#participant.streamId = keptText(streamId);
    this.#records.sessions.begun(this.#session, begunWith);
    this.#participant.scope = scope?.owner;
    this.#records.timeline.changed(this.#participant, former);
    if (scope !== undefined) return;
    const isUnclaimed = this.#records.unclaimed({
      streamId: this.#participant.streamId,
      workerId: keptText(workerId),
    });
    if (isUnclaimed) this.#note('unclaimed', { workerId }, this.#session.snapshot().readyAt ?? 0);
  }

  /** A worker's `fragment:ack` has no sequence number: use that of the fragment it names. */
  #sequenceNumberIn(input: Input): number | undefined {
    switch (input.kind) {
      case 'fragment:data':
        return input.fragment.sequenceNumber;
      case 'fragment:ack':
        return this.#session.sequenceNumberOf(input.fragmentId);
      default:
        return undefined;
    }
  }

  #occasionOf({ inReplyTo }: Effect): Occasion | undefined {
    return inReplyTo !== undefined && inReplyTo === this.#occasion?.id ? this.#occasion : undefined;
  }

  /** The number of the entry that the effect replies to. */
  #answersOf(effect: Effect): number | undefined {
    return this.#occasionOf(effect)?.entry;
  }

  #note<Name extends keyof NotePayloads>(
    name: Name,
    payload: NotePayloads[Name],
    at: number,
    facts: EntryFacts = {},
  ): number {
    return this.#records.timeline.record('note', name, payload, at, this.#participant, facts);
  }
}
