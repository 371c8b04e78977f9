/**
 * Drives one core Session from one peer. Whatever happens, `#drive` gives it to the session and `#perform` does what follows.
 * The only code that sets a session's timer and tells it the time.
 */

import { randomUUID } from 'node:crypto';
import { startBusyTime } from '../clock/busy-time.js';
import { type Clock, MAX_TIMER_MS, type Sleeper } from '../clock/clock.js';
import { isMessage } from '../core/effects.js';
import type { Effect, Input, Message } from '../core/protocol.js';
import { Session } from '../core/session.js';
import type { SessionSettings } from '../core/settings.js';
import { show } from '../core/show.js';
import type { Observer } from '../record/observer.js';
import { answerTo, decode } from '../wire/inbound.js';
import { encode } from '../wire/outbound.js';
import { Acknowledgements } from './acknowledgements.js';
import type { Loss, OutgoingEvent, Peer } from './peer.js';

/** Node reads no more at a time: of so much there may be more. */
const PIECE_BYTES = 64 * 1024;
/** Of what is no message. */
const NO_PAYLOAD = Object.freeze({});

/** What a connection needs of the fixture. */
export interface Surroundings {
  readonly clock: Clock;
  /** Who is told the steps of a session that has just begun. */
  readonly observerOf: (session: Session) => Observer;
  /** Whether the audio of fragments is to be what its fields say. */
  readonly checksAudio: boolean;
  /** Read when a session is opened, for they can change while the server runs. */
  readonly settings: () => SessionSettings;
  /** Called when the connection is gone, and all has been told of that. */
  readonly ended: (connection: Connection) => void;
}

export class Connection {
  readonly peer: Peer;
  readonly #surroundings: Surroundings;
  #session: Session;
  #observe: Observer;
  readonly #sleeper: Sleeper = {
    isReading: () => this.#isReading(),
    blocked: (forMs) => this.handle({ kind: 'blocked', forMs: Math.floor(forMs) }),
    wake: () => this.#wake(),
  };
  /** When that was asked last. */
  #bytesRead = 0;
  /** Since the newest fragment. */
  readonly #busyMs = startBusyTime();
  #stopTimer = () => {};
  #armedFor = Number.POSITIVE_INFINITY;
  /** Of the inputs that came from the worker: the id of the newest. */
  #lastId = 0;
  readonly #acknowledgements = new Acknowledgements();
  #events = 0;

  constructor(peer: Peer, surroundings: Surroundings) {
    this.peer = peer;
    this.#surroundings = surroundings;
    this.#session = this.#openSession(false);
    this.#observe = surroundings.observerOf(this.#session);
    peer.hear({
      received: (event, args, acknowledge) => this.#receive(event, args, acknowledge),
      lost: (loss) => this.#lose(loss),
    });
  }

  get sessionId(): string {
    return this.#session.sessionId;
  }

  get streamId(): string {
    return this.#session.streamId;
  }

  /** As agreed with the worker, or what it is as long as nothing is agreed. */
  get maxInflight(): number {
    return this.#session.snapshot().maxInflight;
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
    return [
      ...(inflight > 0 ? [`${inflight} in flight`] : []),
      ...(isWaiting && wakeAt < Number.POSITIVE_INFINITY ? [`the next thing due in ${Math.max(0, dueInMs)} ms`] : []),
      ...(this.peer.hasUnheard ? ['the worker does not read what it was sent'] : []),
    ];
  }

  /** Which connection it is, in words. */
  get description(): string {
    const { streamId } = this.#session;
    return streamId === '' ? 'a connection without a stream' : `stream ${show(streamId)}`;
  }

  /** The connection is there. Apart from the constructor, for a cut may break it at once. */
  open(): void {
    this.#observe({ kind: 'connected', handshake: this.peer.handshake, at: this.#surroundings.clock.now() });
    this.handle({ kind: 'connect' });
  }

  /** What the test does to the session, rather than the worker. */
  handle(input: Input): void {
    const at = this.#surroundings.clock.now();
    this.#perform(this.#session.handle(input, at), at);
  }

  #receive(event: unknown, args: readonly unknown[], acknowledge: ((payload: object) => void) | undefined): void {
    if (this.peer.isDeaf) return;
    this.#events += 1;
    const input = this.#timed(decode(event, args, this.#surroundings.checksAudio));
    if (this.#session.isRenewedBy(input)) this.#renewSession();
    this.#lastId += 1;
    const [id, at] = [this.#lastId, this.#surroundings.clock.now()];
    if (acknowledge !== undefined) this.#acknowledgements.add(id, acknowledge, answerTo(event));
    this.#observe({ kind: 'received', event, args, input, id, at });
    this.#perform(this.#session.handle(input, at, id), at);
  }

  /** What came while the loop was at work is read late, and judged for its pace. */
  #timed(input: Input): Input {
    if (input.kind !== 'fragment:data') return input;
    const lateMs = this.#busyMs();
    return lateMs === 0 ? input : { ...input, lateMs };
  }

  /** The messages, then the callbacks that they answer, and breaking the line last: nothing is said after that. */
  #perform(effects: readonly Effect[], at: number): void {
    this.#events += effects.length;
    const outgoing: (OutgoingEvent & { readonly message: Effect & Message })[] = [];
    for (const effect of effects) {
      const payload = isMessage(effect) ? encode(effect) : NO_PAYLOAD;
      this.#observe({ kind: 'effect', effect, payload, at });
      if (isMessage(effect)) outgoing.push({ event: effect.kind, payload, message: effect });
    }
    this.peer.say(outgoing);
    for (const { message, payload } of outgoing) this.#acknowledgements.sent(message, payload);
    this.#acknowledgements.settle(this.#lastId, effects);
    this.#arm(at);
    this.#observe({ kind: 'settled' });
    for (const effect of effects) {
      if (effect.kind === 'backpressure') this.#learnWhetherHeard(effect);
      if (effect.kind === 'disconnect') this.peer.break(effect.how);
    }
  }

  /** One timer, always set to the session's `wakeAt`. */
  #arm(now: number): void {
    // A timer that was set for what is overdue by now may be one that somebody fakes.
    const wakeAt = Math.max(now, this.#session.wakeAt);
    if (wakeAt === this.#armedFor) return;
    this.#stopTimer();
    this.#stopTimer = () => {};
    this.#armedFor = wakeAt;
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    // To be woken too early does no harm.
    const afterMs = Math.min(wakeAt - now, MAX_TIMER_MS);
    this.#stopTimer = this.#surroundings.clock.startTimer(this.#sleeper, afterMs);
  }

  /** What is read in pieces has arrived together. */
  #isReading(): boolean {
    const before = this.#bytesRead;
    this.#bytesRead = this.peer.bytesRead;
    return this.#bytesRead - before >= PIECE_BYTES;
  }

  #wake(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const at = this.#surroundings.clock.now();
    this.#perform(this.#session.wake(at), at);
  }

  /** Only who has heard that it is to slow down or to pause can be blamed for going on. */
  #learnWhetherHeard({ action, number }: Message & { kind: 'backpressure' }): void {
    const session = this.#session;
    if (action === 'none') return;
    void this.peer.heard().then((isHeard) => {
      if (isHeard && session === this.#session) this.handle({ kind: 'heard', signal: number });
    });
  }

  /** PROTOCOL §6.16. */
  #lose({ reason, offence }: Loss): void {
    const by = this.peer.isEnded ? 'fixture' : 'worker';
    this.#lastId += 1;
    const [id, at] = [this.#lastId, this.#surroundings.clock.now()];
    this.#acknowledgements.clear();
    this.#observe({ kind: 'lost', reason, by, id, at });
    this.#perform(this.#session.handle({ kind: 'disconnect', reason, by, ...(offence && { offence }) }, at, id), at);
    this.#observe({ kind: 'ended' });
    this.#surroundings.ended(this);
  }

  /** PROTOCOL §6.9: after `completed`, a new session on the same connection. */
  #renewSession(): void {
    this.#observe({ kind: 'ended' });
    this.#acknowledgements.clear();
    this.#session = this.#openSession(true);
    this.#observe = this.#surroundings.observerOf(this.#session);
  }

  #openSession(isRenewal: boolean): Session {
    const connectedAt = this.#surroundings.clock.now();
    const origin = { sessionId: randomUUID(), handshake: this.peer.handshake, connectedAt, isRenewal };
    return new Session(origin, this.#surroundings.settings());
  }
}
