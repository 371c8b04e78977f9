/**
 * Drives one core Session from one peer. `#drive` passes everything that happens to the session, and `#perform` carries
 * out the effects. Only this code sets a session's timer and passes it the time.
 */

import { textOf } from '../audio/audio-text.js';
import { startBusyTime } from '../clock/busy-time.js';
import { type Clock, MAX_TIMER_MS, noTimer, type Sleeper } from '../clock/clock.js';
import { isMessage } from '../core/effects.js';
import type { Effect, Input, Message, ServerRestart } from '../core/protocol.js';
import { Session } from '../core/session.js';
import type { SessionSettings } from '../core/settings.js';
import { show } from '../core/show.js';
import type { Observer } from '../record/observer.js';
import { answerTo, decode } from '../wire/inbound.js';
import { encode } from '../wire/outbound.js';
import { Acknowledgements } from './acknowledgements.js';
import type { Loss, OutgoingEvent, Peer, PeerListener } from './peer.js';

/** Node reads at most this at a time: then there may be more. */
const PIECE_BYTES = 64 * 1024;
/** Maximum number of messages that leave together: a worker that never pauses must not fill the memory of the test. */
const MOST_TOGETHER = 64;
/** The payload of effects that are not messages. */
const NO_PAYLOAD = Object.freeze({});

/** What a connection needs of the fixture. */
export interface Surroundings {
  readonly clock: Clock;
  /** Returns the observer of a session that has just started. */
  readonly observerOf: (session: Session) => Observer;
  /** Whether the audio of fragments must match its fields. */
  readonly checksAudio: boolean;
  /** Read when a session starts, because they can change while the server runs. */
  readonly settings: () => SessionSettings;
  /** The server is to restart: everything that was said on this connection has left. */
  readonly restart: (restart: ServerRestart, streamId: string) => void;
  /** Called when the connection has closed and the observer has received that. */
  readonly ended: (connection: Connection) => void;
}

export class Connection implements PeerListener, Sleeper {
  readonly peer: Peer;
  readonly #surroundings: Surroundings;
  #session: Session;
  #observe: Observer;
  /** The number of bytes read at the last check. */
  #bytesRead = 0;
  /** The busy time since the newest fragment. */
  readonly #busyMs = startBusyTime();
  #stopTimer = noTimer;
  #armedFor = Number.POSITIVE_INFINITY;
  /** The id of the newest input from the worker. */
  #lastId = 0;
  readonly #acknowledgements = new Acknowledgements();
  /** Number of messages since the last flush. */
  #unsent = 0;
  #events = 0;

  constructor(peer: Peer, surroundings: Surroundings) {
    this.peer = peer;
    this.#surroundings = surroundings;
    this.#session = this.#openSession(false);
    this.#observe = surroundings.observerOf(this.#session);
    peer.hear(this);
  }

  get sessionId(): string {
    return this.#session.sessionId;
  }

  get streamId(): string {
    return this.#session.streamId;
  }

  /** As agreed with the worker, or the default before that. */
  get maxInflight(): number {
    return this.#session.snapshot().maxInflight;
  }

  /** Number of events received and sent. */
  get events(): number {
    return this.#events;
  }

  /** Whether a stream is open, and how much of it is in flight. */
  get load(): { readonly isStreaming: boolean; readonly inflight: number; readonly queueDepth: number } {
    const { state, inflight } = this.#session;
    const isStreaming = state === 'active' || state === 'paused' || state === 'ending';
    return { isStreaming, inflight, queueDepth: this.#session.queueDepth(this.#surroundings.clock.now()) };
  }

  /** Describes why it is not idle: what is in flight, due, or not received yet. Empty when idle. */
  get unrest(): string[] {
    const { inflight, wakeAt } = this.#session;
    const dueInMs = wakeAt - this.#surroundings.clock.now();
    const isWaiting = inflight > 0 || dueInMs <= 0;
    return [
      ...(inflight > 0 ? [`${inflight} in flight`] : []),
      ...(isWaiting && wakeAt < Number.POSITIVE_INFINITY ? [`something due in ${Math.max(0, dueInMs)} ms`] : []),
      ...(this.peer.hasUnheard ? ['the worker does not read what it was sent'] : []),
    ];
  }

  /** The name of the connection, for messages. */
  get description(): string {
    const { streamId } = this.#session;
    return streamId === '' ? 'a connection without a stream' : `stream ${show(streamId)}`;
  }

  /** Opens the connection. Not in the constructor, because a cut may break it at once. */
  open(): void {
    this.#observe({ kind: 'connected', handshake: this.peer.handshake, at: this.#surroundings.clock.now() });
    this.handle({ kind: 'connect' });
  }

  /** Passes an action of the test, not of the worker, to the session. */
  handle(input: Input): void {
    const at = this.#surroundings.clock.now();
    this.#perform(this.#session.handle(input, at), at);
  }

  received(event: unknown, args: readonly unknown[], acknowledge: ((payload: object) => void) | undefined): void {
    if (this.peer.isDeaf) return;
    this.#events += 1;
    const input = this.#timed(decode(event, args, this.#surroundings.checksAudio));
    if (this.#session.isRenewedBy(input)) this.#renewSession();
    this.#lastId += 1;
    const [id, at] = [this.#lastId, this.#surroundings.clock.now()];
    if (acknowledge !== undefined) this.#acknowledgements.add(id, acknowledge, answerTo(event));
    this.#observe({ kind: 'received', event, args, input, id, at });
    if (input.kind === 'fragment:data' && this.#session.showsFragments) textOf(input.fragment.audio)?.keep();
    this.#perform(this.#session.handle(input, at, id), at);
  }

  /** PROTOCOL §6.16. */
  lost({ reason, offence }: Loss): void {
    const by = this.peer.isEnded ? 'fixture' : 'worker';
    this.#lastId += 1;
    const [id, at] = [this.#lastId, this.#surroundings.clock.now()];
    this.#acknowledgements.clear();
    this.#observe({ kind: 'lost', reason, by, id, at });
    this.#perform(this.#session.handle({ kind: 'disconnect', reason, by, ...(offence && { offence }) }, at, id), at);
    this.#observe({ kind: 'ended' });
    this.#surroundings.ended(this);
  }

  /** Whether more of the same data may be waiting, because Node reads it in pieces. */
  isReading(): boolean {
    const before = this.#bytesRead;
    this.#bytesRead = this.peer.bytesRead;
    return this.#bytesRead - before >= PIECE_BYTES;
  }

  blocked(forMs: number): void {
    this.handle({ kind: 'blocked', forMs: Math.floor(forMs) });
  }

  wake(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const at = this.#surroundings.clock.now();
    this.#perform(this.#session.wake(at), at);
  }

  /** Adds how late a fragment was read because the loop was busy, for the check of its pace. */
  #timed(input: Input): Input {
    if (input.kind !== 'fragment:data') return input;
    const lateMs = this.#busyMs();
    return lateMs === 0 ? input : { ...input, lateMs };
  }

  /** Sends the messages, then calls the callbacks, and cuts the connection last, after which nothing can be sent. */
  #perform(effects: readonly Effect[], at: number): void {
    this.#events += effects.length;
    const outgoing: (OutgoingEvent & { readonly message: Effect & Message })[] = [];
    for (const effect of effects) {
      const payload = isMessage(effect) ? encode(effect) : NO_PAYLOAD;
      this.#observe({ kind: 'effect', effect, payload, at });
      if (isMessage(effect))
        outgoing.push({ event: effect.kind, payload, message: effect, spareAudio: spareAudioOf(effect) });
    }
    this.peer.say(outgoing);
    // What follows from one input, or is due at once, leaves together.
    this.#unsent += outgoing.length;
    const isMoreDue = this.#session.wakeAt <= at && this.#unsent < MOST_TOGETHER;
    if (!isMoreDue || this.#acknowledgements.isWaiting) this.#flush();
    for (const { message, payload } of outgoing) this.#acknowledgements.sent(message, payload);
    this.#acknowledgements.settle(this.#lastId, effects);
    this.#arm(at);
    this.#observe({ kind: 'settled' });
    for (const effect of effects) {
      if (effect.kind === 'backpressure') this.#learnWhetherHeard(effect);
      if (effect.kind === 'disconnect') this.peer.break(effect.how);
      if (effect.kind === 'restart') this.#restart(effect);
    }
  }

  #flush(): void {
    this.peer.flush();
    this.#unsent = 0;
  }

  #restart(restart: ServerRestart): void {
    this.peer.afterLastWord(() => this.#surroundings.restart(restart, this.streamId));
  }

  /** One timer, always set to the session's `wakeAt`. */
  #arm(now: number): void {
    // The timer may be a fake one, and its time may have passed by now.
    const wakeAt = Math.max(now, this.#session.wakeAt);
    if (wakeAt === this.#armedFor) return;
    this.#stopTimer();
    this.#stopTimer = noTimer;
    this.#armedFor = wakeAt;
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    // Waking too early does no harm.
    const afterMs = Math.min(wakeAt - now, MAX_TIMER_MS);
    this.#stopTimer = this.#surroundings.clock.startTimer(this, afterMs);
  }

  /** A worker violates `slow_down` or `pause` only after it has received the signal. */
  #learnWhetherHeard({ action, number }: Message & { kind: 'backpressure' }): void {
    const session = this.#session;
    if (action === 'none') return;
    void this.peer.heard().then((isHeard) => {
      if (isHeard && session === this.#session) this.handle({ kind: 'heard', signal: number });
    });
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
    // Loaded with the first connection: a server starts without it.
    const sessionId = process.getBuiltinModule('node:crypto').randomUUID();
    const origin = { sessionId, handshake: this.peer.handshake, connectedAt, isRenewal };
    return new Session(origin, this.#surroundings.settings());
  }
}

/** The audio of a result. One with a fault may be sent again, or is not what was received. */
function spareAudioOf(message: Message): object | undefined {
  const isResult = message.kind === 'fragment:processed' && message.because?.fault === undefined;
  return isResult ? message.audio : undefined;
}
