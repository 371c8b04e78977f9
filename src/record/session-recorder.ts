/**
 * Writes down what happens to one session, for all who look: in the timeline, in the log of violations and in the list of
 * sessions. It decides nothing, except to whom the session belongs when it gets its name.
 */

import type { Note } from '../core/notes.js';
import type { Effect, Input, Message } from '../core/protocol.js';
import { describeRule } from '../core/rules.js';
import type { Session } from '../core/session.js';
import type { Handshake } from '../core/snapshot.js';
import type { EventName, NotePayloads } from '../timeline/entry.js';
import { keptText } from '../timeline/payload-copy.js';
import type { Participant } from '../timeline/stored-entry.js';
import type { EntryFacts, Timeline } from '../timeline/timeline.js';
import type { SessionList } from './session-list.js';
import type { Tally } from './tally.js';
import type { ViolationLog } from './violation-log.js';

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** Where it is written to. */
export interface Records {
  readonly timeline: Timeline;
  readonly sessions: SessionList;
  readonly violations: ViolationLog;
  readonly tally: Tally;
  /** Who claims a session of these names: a scope, nobody although scopes are in use, or there are none. */
  readonly claimantOf: (names: {
    readonly streamId: string;
    readonly workerId: string;
  }) => object | 'nobody' | undefined;
  /** A stream was begun that nobody claims, although scopes are in use. */
  readonly strayed: (names: { readonly streamId: string; readonly workerId: string }) => void;
}

export class SessionRecorder {
  readonly #session: Session;
  readonly #records: Records;
  readonly #participant: Mutable<Participant>;
  /** The entry that is being dealt with, until `done`. */
  #occasion: number | undefined;
  #sequenceNumber: number | undefined;
  #signals = 0;

  constructor(session: Session, records: Records) {
    this.#session = session;
    this.#records = records;
    this.#participant = { sessionId: session.sessionId, streamId: '' };
    records.sessions.add(session, this.#participant);
  }

  get participant(): Participant {
    return this.#participant;
  }

  /** How many `backpressure` events have been said. */
  get signals(): number {
    return this.#signals;
  }

  connected(handshake: Handshake, time: number): void {
    const { streamId = '', workerId = '' } = handshake;
    const claimant = streamId === '' && workerId === '' ? undefined : this.#records.claimantOf({ streamId, workerId });
    if (typeof claimant === 'object') this.#participant.scope = claimant;
    this.#note('connect', handshake, time);
  }

  /** What came, and what it was taken for. */
  received(event: unknown, args: readonly unknown[], input: Input, time: number): void {
    const payload = args.length === 1 ? args[0] : args;
    const isTaken = input.kind !== 'malformed' && input.kind !== 'rejected' && input.kind !== 'unknown';
    const name = isTaken ? (input.kind as EventName) : input.kind === 'unknown' ? 'unknown' : 'malformed';
    const content = isTaken ? (payload as object) : { event: String(event), payload };
    this.#sequenceNumber = this.#sequenceNumberIn(input);
    const audioDigest = input.kind === 'fragment:data' ? input.fragment.audioDigest : undefined;
    const reason = { sequenceNumber: this.#sequenceNumber, audioDigest };
    this.#occasion = this.#records.timeline.record('in', name, content, time, this.#participant, reason);
  }

  noted(notes: readonly Note[], time: number): void {
    for (const note of notes) this.#write(note, time);
  }

  said(message: Message, payload: object, time: number): void {
    if (message.kind === 'backpressure') this.#signals += 1;
    this.#records.tally.said(message);
    const isRefusal = message.kind === 'error';
    const sequenceNumber =
      'sequenceNumber' in message ? message.sequenceNumber : isRefusal ? this.#sequenceNumber : undefined;
    const because = 'because' in message ? message.because : undefined;
    const audioDigest = message.kind === 'fragment:processed' ? message.audioDigest : undefined;
    const reason = { sequenceNumber, answers: this.#occasion, because, audioDigest };
    this.#records.timeline.record('out', message.kind, payload, time, this.#participant, reason);
  }

  /** The line is about to be broken, or to be hung up. */
  brokenOff({ cut, how, reason }: Effect & { kind: 'disconnect' }, time: number): void {
    if (cut === undefined) this.#note('hang-up', { reason }, time);
    else this.#note('cut', { at: cut, how }, time, { cut });
  }

  lost(reason: string, by: 'worker' | 'fixture', time: number): void {
    this.#occasion = this.#note('disconnect', { reason, by }, time);
  }

  /** An event has been dealt with: whoever waits for something may look. */
  done(): void {
    this.#occasion = undefined;
    this.#sequenceNumber = undefined;
    this.#name();
    this.#records.timeline.tell();
    this.#records.sessions.changed(this.#session);
  }

  /** The session will not change again. */
  end(): void {
    this.#records.sessions.end(this.#session);
  }

  /** A worker's `fragment:ack` has none of its own: it is that of the fragment it names. */
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

  #write(note: Note, time: number): void {
    switch (note.kind) {
      case 'rule': {
        const { rule, fragmentId, sequenceNumber } = note;
        this.#note('rule', { rule: describeRule(rule), fragmentId, sequenceNumber }, time, { sequenceNumber });
        break;
      }
      case 'gap':
        this.#note('gap', { missingSequenceNumbers: note.missingSequenceNumbers }, time);
        break;
      case 'violation': {
        const { violation, message, sequenceNumber } = note;
        const n = this.#note('violation', { kind: violation, message }, time, { sequenceNumber });
        this.#records.violations.add(note, time, this.#participant, this.#occasion ?? n);
      }
    }
  }

  #note<Name extends keyof NotePayloads>(
    name: Name,
    payload: NotePayloads[Name],
    time: number,
    facts: EntryFacts = {},
  ): number {
    const answers = this.#occasion;
    return this.#records.timeline.record('note', name, payload, time, this.#participant, { ...facts, answers });
  }

  /** A session gets its name with `stream:init`, and with it all that was written down before. */
  #name(): void {
    if (this.#participant.streamId !== '' || this.#session.streamId === '') return;
    const { streamId, workerId, readyAt = 0 } = this.#session.snapshot();
    const claimant = this.#records.claimantOf({ streamId, workerId });
    const former = { ...this.#participant };
    this.#participant.streamId = keptText(streamId);
    this.#participant.scope = typeof claimant === 'object' ? claimant : undefined;
    this.#records.timeline.changed(this.#participant, former);
    if (claimant !== 'nobody') return;
    this.#records.strayed({ streamId: this.#participant.streamId, workerId: keptText(workerId) });
    this.#note('unclaimed', { workerId }, readyAt);
  }
}
