/**
 * Drives one core Session from one socket. The only code that emits to a worker and that sets a session's timer:
 * every message leaves in `#perform`, the timer is set in `#arm`, and the core does neither.
 */

import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io';
import { now, startTimer, stopTimer, type Timer } from './clock.js';
import type { Effect, Input, Message } from './core/protocol.js';
import { Session } from './core/session.js';
import type { Handshake } from './core/snapshot.js';
import type { Settings } from './options.js';
import type { SessionList } from './session-list.js';
import { answerTo, decode } from './wire/inbound.js';
import { encode } from './wire/outbound.js';

/** A Socket.IO acknowledgement: the callback that a client passed to its `emit` (PROTOCOL §6.12). */
type Reply = (payload: object) => void;

/** A worker for which more than so many of the largest messages wait unread is cut off: memory has an end. */
const MAX_UNREAD_MESSAGES = 8;

export class Connection {
  readonly #socket: Socket;
  readonly #sessions: SessionList;
  /** Read when a session is opened, for they can change while the server runs. */
  readonly #settings: () => Settings;
  #session: Session;
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  /** The reply to `stream:end` waits for `stream:complete`. */
  #deferred: { readonly answeredBy: Message['kind']; readonly reply: Reply } | undefined;

  constructor(socket: Socket, sessions: SessionList, settings: () => Settings) {
    this.#socket = socket;
    this.#sessions = sessions;
    this.#settings = settings;
    this.#session = this.#openSession();
    socket.onAny((event: unknown, ...args: unknown[]) => this.#receive(event, args));
    socket.once('disconnect', (reason) => this.#lose(reason));
    limitUnread(socket, settings().maxMessageBytes * MAX_UNREAD_MESSAGES);
  }

  /** Feeds the session anything but the passing of time. Returns the effects, done. */
  handle(input: Input): readonly Effect[] {
    if (this.#session.isRenewedBy(input)) {
      this.#sessions.end(this.#session);
      this.#session = this.#openSession();
    }
    return this.#perform(this.#session.handle(input, now()));
  }

  /** One event of the worker: decoded, through the session, and its effects out again. */
  #receive(event: unknown, args: unknown[]): void {
    const reply = takeReply(args);
    // What was due before this event is no answer to it.
    this.#perform(this.#session.wake(now()));
    const effects = this.handle(decode(event, args));
    if (reply !== undefined) this.#acknowledge(reply, answerTo(event), effects);
  }

  #perform(effects: readonly Effect[]): readonly Effect[] {
    for (const effect of effects) {
      if (effect.kind === 'disconnect') {
        this.#socket.disconnect(true);
        continue;
      }
      const payload = encode(effect);
      this.#socket.emit(effect.kind, payload);
      if (effect.kind === this.#deferred?.answeredBy) this.#settleDeferred(payload);
    }
    this.#arm();
    this.#sessions.changed(this.#session);
    return effects;
  }

  /** One timer, always set to the session's `wakeAt`. */
  #arm(): void {
    const { wakeAt } = this.#session;
    if (wakeAt === this.#armedFor) return;
    stopTimer(this.#timer);
    this.#armedFor = wakeAt;
    this.#timer = wakeAt === Number.POSITIVE_INFINITY ? undefined : startTimer(() => this.#wake(), wakeAt - now());
  }

  #wake(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.#perform(this.#session.wake(now()));
  }

  /** PROTOCOL §6.12: with the direct answer, with the error, or, where nothing answers the event, with `{}`. */
  #acknowledge(reply: Reply, answeredBy: Message['kind'] | undefined, effects: readonly Effect[]): void {
    const isAnswer = (effect: Effect): effect is Message => effect.kind === 'error' || effect.kind === answeredBy;
    const answer = effects.find(isAnswer);
    if (answer !== undefined) reply(answer.kind === 'error' ? { error: encode(answer) } : encode(answer));
    else if (answeredBy === undefined) reply({});
    else this.#deferred = { answeredBy, reply };
  }

  #settleDeferred(payload: object): void {
    this.#deferred?.reply(payload);
    this.#deferred = undefined;
  }

  /** PROTOCOL §6.16. */
  #lose(reason: string): void {
    this.handle({ kind: 'disconnect', reason });
    this.#sessions.end(this.#session);
  }

  #openSession(): Session {
    const origin = { sessionId: randomUUID(), handshake: handshakeOf(this.#socket), connectedAt: now() };
    const session = new Session(origin, this.#settings());
    this.#sessions.add(session);
    return session;
  }
}

/** Takes the acknowledgement callback off the arguments; no other argument can be a function. */
function takeReply(args: unknown[]): Reply | undefined {
  return typeof args.at(-1) === 'function' ? (args.pop() as Reply) : undefined;
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

/** Cuts a worker off that sends but does not read, before its unread messages fill the memory. */
function limitUnread({ conn }: Socket, limit: number): void {
  let unread = 0;
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    unread += data?.length ?? 0;
    if (unread > limit) conn.close(true);
  });
  conn.on('flush', () => {
    unread = 0;
  });
}
