/**
 * Drives one core Session from one socket. A `fragment:data` passes `#receive`: decoded, recorded, through the session, and
 * what follows goes out in `#perform`. The only code that sets a session's timer and tells it the time.
 */

import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io';
import { type Clock, MAX_TIMER_MS } from '../clock/clock.js';
import type { Effect, Input, Message } from '../core/protocol.js';
import { Session } from '../core/session.js';
import type { SessionSettings } from '../core/settings.js';
import { show } from '../core/show.js';
import type { Handshake } from '../core/snapshot.js';
import type { SessionRecorder } from '../record/session-recorder.js';
import { answerTo, decode } from '../wire/inbound.js';
import { encode } from '../wire/outbound.js';
import type { Line } from './line.js';

/** What a connection needs of the fixture. */
export interface Surroundings {
  readonly clock: Clock;
  /** Opens the record of a session that has just begun. */
  readonly recorderOf: (session: Session) => SessionRecorder;
  /** Read when a session is opened, for they can change while the server runs. */
  readonly settings: () => SessionSettings;
}

/** A Socket.IO acknowledgement: the callback that a client passed to its `emit` (PROTOCOL §6.12). */
interface Acknowledgement {
  readonly reply: (payload: object) => void;
  /** What answers the event directly; undefined when nothing does. */
  readonly answeredBy: Message['kind'] | undefined;
}

export class Connection {
  readonly #handshake: Handshake;
  readonly #line: Line;
  readonly #surroundings: Surroundings;
  #session: Session;
  #recorder: SessionRecorder;
  #stopTimer = () => {};
  #armedFor = Number.POSITIVE_INFINITY;
  /** The reply to `stream:end` waits for `stream:complete`. */
  #deferred: Acknowledgement | undefined;
  #events = 0;

  constructor(socket: Socket, line: Line, surroundings: Surroundings) {
    this.#handshake = handshakeOf(socket);
    this.#line = line;
    this.#surroundings = surroundings;
    this.#session = this.#openSession(false);
    this.#recorder = surroundings.recorderOf(this.#session);
    socket.onAny((event: unknown, ...args: unknown[]) => this.#receive(event, args));
    socket.once('disconnect', (reason) => this.#lose(reason));
  }

  get line(): Line {
    return this.#line;
  }

  get recorder(): SessionRecorder {
    return this.#recorder;
  }

  get streamId(): string {
    return this.#session.streamId;
  }

  /** How many events have come or gone. */
  get events(): number {
    return this.#events;
  }

  /** What the worker has begun and not ended, and how much of it is under way. */
  get load(): { readonly isStreaming: boolean; readonly inflight: number; readonly queueDepth: number } {
    const { state, inflight } = this.#session;
    const isStreaming = state === 'active' || state === 'paused' || state === 'ending';
    return { isStreaming, inflight, queueDepth: this.#session.queueDepth(this.#surroundings.clock.now()) };
  }

  /** What keeps it from being idle, in words: what is in flight, due, or not heard yet. Nothing when it is idle. */
  get unrest(): string[] {
    const { inflight, wakeAt } = this.#session;
    const dueInMs = wakeAt - this.#surroundings.clock.now();
    const isWaiting = inflight > 0 || dueInMs <= 0;
    // A worker that cannot hear, because its line was broken from here, is not waited for.
    const isUnheard = !this.#line.isDeaf && (this.#line.unread > 0 || this.#line.isUnanswered);
    return [
      ...(inflight > 0 ? [`${inflight} in flight`] : []),
      ...(isWaiting && wakeAt < Number.POSITIVE_INFINITY ? [`the next thing due in ${Math.max(0, dueInMs)} ms`] : []),
      ...(isUnheard ? ['the worker does not read what it was sent'] : []),
    ];
  }

  /** Which connection it is, in words. */
  get description(): string {
    const { streamId } = this.#session;
    return streamId === '' ? 'a connection without a stream' : `stream ${show(streamId)}`;
  }

  /** The connection is there. Apart from the constructor, for a cut may break it at once. */
  open(): void {
    this.#recorder.connected(this.#handshake, this.#surroundings.clock.now());
    this.handle({ kind: 'connect' });
  }

  /** What the test does to the session, rather than the worker. */
  handle(input: Input): void {
    const time = this.#surroundings.clock.now();
    this.#perform(this.#session.handle(input, time), time);
  }

  #receive(event: unknown, args: unknown[]): void {
    if (this.#line.isDeaf) return;
    this.#events += 1;
    const acknowledgement = takeAcknowledgement(event, args);
    const input = decode(event, args);
    if (this.#session.isRenewedBy(input)) this.#renewSession();
    const time = this.#surroundings.clock.now();
    // Apart from what the event brings about: what was due before it is no answer to it.
    const overdue = this.#session.wake(time);
    if (overdue.length > 0) this.#perform(overdue, time);
    this.#recorder.received(event, args, input, time);
    this.#perform(this.#session.handle(input, time), time, acknowledgement);
  }

  /** The messages, then the acknowledgement, and breaking the line last: nothing is said after that. */
  #perform(effects: readonly Effect[], time: number, acknowledgement?: Acknowledgement): void {
    this.#events += effects.length;
    this.#recorder.noted(this.#session.takeNotes(), time);
    for (const effect of effects) {
      if (effect.kind === 'disconnect') {
        this.#recorder.brokenOff(effect, time);
        continue;
      }
      const payload = encode(effect);
      this.#recorder.said(effect, payload, time);
      this.#line.say(effect.kind, payload);
      if (effect.kind === 'backpressure') this.#listenWhether(effect);
      if (effect.kind === this.#deferred?.answeredBy) this.#settleDeferred(payload);
    }
    if (acknowledgement !== undefined) this.#acknowledge(acknowledgement, effects);
    this.#arm();
    this.#recorder.done();
    for (const effect of effects) if (effect.kind === 'disconnect') this.#line.break(effect.how);
  }

  /** One timer, always set to the session's `wakeAt`. */
  #arm(): void {
    const { wakeAt } = this.#session;
    if (wakeAt === this.#armedFor) return;
    this.#stopTimer();
    this.#stopTimer = () => {};
    this.#armedFor = wakeAt;
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    // To be woken too early does no harm.
    const afterMs = Math.min(wakeAt - this.#surroundings.clock.now(), MAX_TIMER_MS);
    this.#stopTimer = this.#surroundings.clock.startTimer(() => this.#wake(), afterMs);
  }

  #wake(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const time = this.#surroundings.clock.now();
    this.#perform(this.#session.wake(time), time);
  }

  /** Only who has heard that it is to slow down or to pause can be blamed for going on. */
  #listenWhether({ action }: Message & { kind: 'backpressure' }): void {
    const session = this.#session;
    const signal = this.#recorder.signals;
    if (action === 'none') return;
    void this.#line.heard().then((isHeard) => {
      if (isHeard && session === this.#session) this.handle({ kind: 'heard', signal });
    });
  }

  /** PROTOCOL §6.12: with the direct answer, with the error, or, where nothing answers the event, with `{}`. */
  #acknowledge(acknowledgement: Acknowledgement, effects: readonly Effect[]): void {
    const { reply, answeredBy } = acknowledgement;
    const isAnswer = (effect: Effect): effect is Message => effect.kind === 'error' || effect.kind === answeredBy;
    const answer = effects.find(isAnswer);
    if (answer !== undefined) reply(answer.kind === 'error' ? { error: encode(answer) } : encode(answer));
    else if (answeredBy === undefined) reply({});
    // Any other answer comes at once, or is kept back by a fault.
    else if (answeredBy === 'stream:complete') this.#deferred = acknowledgement;
  }

  #settleDeferred(payload: object): void {
    this.#deferred?.reply(payload);
    this.#deferred = undefined;
  }

  /** PROTOCOL §6.16. */
  #lose(reason: string): void {
    const by = this.#line.isEnded ? 'fixture' : 'worker';
    this.#recorder.lost(reason, by, this.#surroundings.clock.now());
    this.handle({ kind: 'disconnect', reason, by });
    this.#recorder.end();
  }

  /** PROTOCOL §6.9: after `completed`, a new session on the same connection. */
  #renewSession(): void {
    this.#recorder.end();
    this.#session = this.#openSession(true);
    this.#recorder = this.#surroundings.recorderOf(this.#session);
  }

  #openSession(isRenewal: boolean): Session {
    const connectedAt = this.#surroundings.clock.now();
    const origin = { sessionId: randomUUID(), handshake: this.#handshake, connectedAt, isRenewal };
    return new Session(origin, this.#surroundings.settings());
  }
}

/** Takes the callback off the arguments; no other argument can be a function. */
function takeAcknowledgement(event: unknown, args: unknown[]): Acknowledgement | undefined {
  if (typeof args.at(-1) !== 'function') return undefined;
  return { reply: args.pop() as Acknowledgement['reply'], answeredBy: answerTo(event) };
}

/** The optional headers of PROTOCOL §1. */
function handshakeOf({ handshake: { headers } }: Socket): Handshake {
  const streamId = headers['x-stream-id'];
  const workerId = headers['x-worker-id'];
  return {
    ...(typeof streamId === 'string' && { streamId }),
    ...(typeof workerId === 'string' && { workerId }),
  };
}
