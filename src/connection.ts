/**
 * Drives one core Session from one socket. A `fragment:data` passes `#receive`: decoded, through the session, and what
 * follows goes out in `#perform`. The only code that sets a session's timer and tells it the time.
 */

import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io';
import { MAX_TIMER_MS, now, startTimer, stopTimer, type Timer } from './clock.js';
import type { Effect, Input, Message } from './core/protocol.js';
import { Session } from './core/session.js';
import type { SessionSettings } from './core/settings.js';
import type { Handshake } from './core/snapshot.js';
import type { Line } from './line.js';
import type { SessionList } from './session-list.js';
import { answerTo, decode } from './wire/inbound.js';
import { encode } from './wire/outbound.js';

/** A Socket.IO acknowledgement: the callback that a client passed to its `emit` (PROTOCOL §6.12). */
interface Acknowledgement {
  readonly reply: (payload: object) => void;
  /** What answers the event directly; undefined when nothing does. */
  readonly answeredBy: Message['kind'] | undefined;
}

export class Connection {
  readonly #handshake: Handshake;
  readonly #line: Line;
  readonly #sessions: SessionList;
  /** Read when a session is opened, for they can change while the server runs. */
  readonly #settings: () => SessionSettings;
  #session: Session;
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  /** The reply to `stream:end` waits for `stream:complete`. */
  #deferred: Acknowledgement | undefined;

  constructor(socket: Socket, line: Line, sessions: SessionList, settings: () => SessionSettings) {
    this.#handshake = handshakeOf(socket);
    this.#line = line;
    this.#sessions = sessions;
    this.#settings = settings;
    this.#session = this.#openSession();
    socket.onAny((event: unknown, ...args: unknown[]) => this.#receive(event, args));
    socket.once('disconnect', (reason) => this.#lose(reason));
  }

  get streamId(): string {
    return this.#session.streamId;
  }

  /** What the test does to the session, rather than the worker. */
  handle(input: Input): void {
    this.#perform(this.#session.handle(input, now()));
  }

  /** The server says goodbye; resolves when the worker has heard it. */
  hangUp(): Promise<void> {
    return this.#line.hangUp();
  }

  #receive(event: unknown, args: unknown[]): void {
    if (this.#line.isDeaf) return;
    const acknowledgement = takeAcknowledgement(event, args);
    const input = decode(event, args);
    if (this.#session.isRenewedBy(input)) this.#renewSession();
    const time = now();
    // Apart from what the event brings about: what was due before it is no answer to it.
    const overdue = this.#session.wake(time);
    if (overdue.length > 0) this.#perform(overdue);
    this.#perform(this.#session.handle(input, time), acknowledgement);
  }

  /** The messages, then the acknowledgement, and breaking the line last: nothing is said after that. */
  #perform(effects: readonly Effect[], acknowledgement?: Acknowledgement): void {
    for (const effect of effects) {
      if (effect.kind === 'disconnect') continue;
      const payload = encode(effect);
      this.#line.say(effect.kind, payload);
      if (effect.kind === this.#deferred?.answeredBy) this.#settleDeferred(payload);
    }
    if (acknowledgement !== undefined) this.#acknowledge(acknowledgement, effects);
    this.#arm();
    this.#sessions.changed(this.#session);
    for (const effect of effects) if (effect.kind === 'disconnect') this.#line.break(effect.how);
  }

  /** One timer, always set to the session's `wakeAt`. */
  #arm(): void {
    const { wakeAt } = this.#session;
    if (wakeAt === this.#armedFor) return;
    stopTimer(this.#timer);
    this.#armedFor = wakeAt;
    // To be woken too early does no harm.
    const afterMs = Math.min(wakeAt - now(), MAX_TIMER_MS);
    this.#timer = wakeAt === Number.POSITIVE_INFINITY ? undefined : startTimer(() => this.#wake(), afterMs);
  }

  #wake(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#perform(this.#session.wake(now()));
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
    // Nobody is told of violations yet.
    this.handle({ kind: 'disconnect', reason, by: 'worker' });
    this.#sessions.end(this.#session);
  }

  /** PROTOCOL §6.9: after `completed`, a new session on the same connection. */
  #renewSession(): void {
    this.#sessions.end(this.#session);
    this.#session = this.#openSession();
  }

  #openSession(): Session {
    const origin = { sessionId: randomUUID(), handshake: this.#handshake, connectedAt: now() };
    const session = new Session(origin, this.#settings());
    this.#sessions.add(session);
    return session;
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
