/**
 * A worker at the other end of a Socket.IO connection: what is said to it, what of that it has heard, how much waits unread,
 * and the ways in which the connection ends or breaks.
 */

import type { Socket as TcpSocket } from 'node:net';
import { clearTimeout } from 'node:timers';
import type { Socket } from 'socket.io';
import { atMost } from '../clock/deadline.js';
import type { CutForm } from '../core/cut-forms.js';
import type { Handshake } from '../core/snapshot.js';
import { breachOf, unreadBacklog, watchBreaches } from './breaches.js';
import { reset } from './carriers.js';
import type { Loss, OutgoingEvent, Peer, PeerListener } from './peer.js';
import { Unread } from './unread.js';

/** A worker that does not answer within this time is not waited for, … */
const ANSWER_MS = 1000;
/** … counted in parts, of which a test that blocks the process for long uses up one alone. */
const ANSWER_PARTS = 10;

/** What a peer needs to know of its connection, and of what may go over it. */
export interface PeerOptions {
  /** Finds the TCP connections under the socket. */
  readonly carriers: () => Iterable<TcpSocket>;
  /** Whether so many bytes are more than may wait unread. */
  readonly isTooMuch: (bytes: number) => boolean;
  /** The largest message that the connection takes. */
  readonly maxMessageBytes: number;
}

export class SocketPeer implements Peer {
  readonly handshake: Handshake;
  readonly #socket: Socket;
  readonly #carriers: () => Iterable<TcpSocket>;
  readonly #unread: Unread;
  /** Why the connection was ended from here, if the worker's doing was the cause. */
  #breach: Loss | undefined;
  #isDeaf = false;
  #isMuted = false;
  #isEnded = false;
  /** For each ping that is not answered yet, who waits for that. */
  readonly #pings: ((isAnswered: boolean) => void)[] = [];
  /** Who waits for the answer to the ping that is being made. */
  #asker: ((isAnswered: boolean) => void) | undefined;
  /** It was waited for in vain, and has not answered since. */
  #isSilent = false;
  /** Who wants to know when something was handed to the transport or answered. */
  readonly #curious = new Set<() => void>();

  /** A worker that lets too many bytes wait unread, and does not read, is cut off: it could fill the memory of the test. */
  constructor(socket: Socket, { carriers, isTooMuch, maxMessageBytes }: PeerOptions) {
    this.handshake = handshakeOf(socket);
    this.#socket = socket;
    this.#carriers = carriers;
    const onGivenUp = (bytes: number) => this.cutOff(unreadBacklog(bytes));
    this.#unread = new Unread({ carriers, isTooMuch, onGivenUp });
    watchBreaches(socket, maxMessageBytes, (breach) => {
      this.#breach ??= breach;
    });
    this.#listen();
  }

  get bytesRead(): number {
    let bytes = 0;
    for (const { bytesRead } of this.#carriers()) bytes += bytesRead;
    return bytes;
  }

  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get hasUnheard(): boolean {
    return !this.#isDeaf && (this.#unread.isHolding || this.#pings.length > 0);
  }

  hear({ received, lost }: PeerListener): void {
    this.#socket.onAny((event: unknown, ...args: unknown[]) => {
      // No other argument can be a function.
      const acknowledge = typeof args.at(-1) === 'function' ? (args.pop() as (payload: object) => void) : undefined;
      received(event, args, acknowledge);
    });
    this.#socket.once('disconnect', (reason, description) => {
      if (!this.#isEnded) this.#breach ??= breachOf(reason, description);
      this.#isEnded ||= this.#breach !== undefined;
      lost(this.#breach ?? { reason });
    });
  }

  say(events: readonly OutgoingEvent[]): void {
    for (const { event, payload } of events) this.#socket.emit(event, payload);
  }

  /** By pings, which a worker answers in their turn. */
  async heard(): Promise<boolean> {
    // A client may look at a message only after it has answered the ping behind it, but then before it gets the next one.
    return (await this.#ping()) && (await this.#ping());
  }

  async heardSoon(): Promise<boolean> {
    if (this.#isSilent) return false;
    let answer: boolean | undefined;
    const heard = this.heard().then((isHeard) => {
      answer = isHeard;
    });
    for (let part = 0; part < ANSWER_PARTS && answer === undefined; part += 1) {
      await atMost(ANSWER_MS / ANSWER_PARTS, heard);
    }
    this.#isSilent = answer === undefined;
    return answer === true;
  }

  listen(callback: () => void): () => void {
    this.#curious.add(callback);
    return () => this.#curious.delete(callback);
  }

  abandon(): void {
    this.#isEnded = true;
  }

  /**
   * The worker hears `io server disconnect`, then the transport is closed. Not with `disconnect(true)`: that keeps a timer of
   * 30 s for a polling worker that does not come back.
   */
  disconnect(): Promise<void> {
    this.#isEnded = true;
    const { conn } = this.#socket;
    const closed = new Promise<void>((resolve) => {
      conn.once('close', () => resolve());
    });
    // Both leave in one write: thousands of workers may be disconnected at once.
    const carriers = [...this.#carriers()];
    for (const tcp of carriers) tcp.cork();
    this.#socket.disconnect();
    this.#afterLastWord(() => conn.close(true));
    for (const tcp of carriers) tcp.uncork();
    return closed;
  }

  destroy(): void {
    if (this.#socket.conn.readyState === 'closed') return;
    this.#eachCarrier((tcp) => tcp.destroy());
    this.#socket.conn.close(true);
  }

  /** Ends the connection for what the worker has done. */
  cutOff(breach: Loss): void {
    this.#breach ??= breach;
    this.#isEnded = true;
    this.#socket.conn.close(true);
  }

  /** One row per form of cutting; what each means stands beside its name in the core. */
  break(how: CutForm): void {
    this.#isEnded = true;
    const breakages: Readonly<Record<CutForm, () => unknown>> = {
      'server-disconnect': () => this.disconnect(),
      'transport-close': () => this.#afterLastWord(() => this.#socket.conn.close(true)),
      reset: () => this.#afterLastWord(() => this.#reset()),
      'half-open': () => this.#holdOpen(),
      stall: () => this.#stall(),
      'mute-pings': () => this.#mutePings(),
    };
    breakages[how]();
  }

  /** Until the worker leaves: it may join again on the same connection, as another peer. */
  #listen(): void {
    const { conn } = this.#socket;
    const listeners = {
      packetCreate: ({ type, data }: { type: string; data?: string | Buffer }) => {
        if (type === 'ping') this.#pings.push(this.#asker ?? (() => {}));
        this.#unread.add(data?.length ?? 0);
      },
      flush: () => {
        this.#unread.handOver();
        this.#changed();
      },
      heartbeat: () => {
        this.#isSilent = false;
        this.#pings.shift()?.(true);
        this.#changed();
        // The answer to an earlier ping would set the timers going again.
        if (this.#isMuted) this.#mutePings();
      },
    };
    for (const [event, listener] of Object.entries(listeners)) conn.on(event, listener);
    this.#socket.once('disconnect', () => {
      for (const [event, listener] of Object.entries(listeners)) conn.off(event, listener);
      this.#unread.stop();
      this.#giveUpPings();
    });
  }

  #holdOpen(): void {
    this.#isDeaf = true;
    this.#mutePings();
  }

  #stall(): void {
    this.#isDeaf = true;
    this.#eachCarrier((tcp) => tcp.pause());
  }

  #reset(): void {
    // There may be none: a polling worker that is between two polls.
    let left = 1;
    const done = () => {
      left -= 1;
      // Over polling the worker would come back on a new connection. Not before: that would end them politely.
      if (left === 0) this.#socket.conn.close(true);
    };
    for (const carrier of this.#carriers()) {
      left += 1;
      reset(carrier, done);
    }
    done();
  }

  #eachCarrier(step: (tcp: TcpSocket) => void): void {
    for (const tcp of this.#carriers()) step(tcp);
  }

  #afterLastWord(step: () => void): void {
    if (!this.#unread.isHolding) step();
    else this.#socket.conn.once('drain', step);
  }

  /** engine.io has no public word for a ping out of turn. */
  #ping(): Promise<boolean> {
    const { conn } = this.#socket;
    // Without its listeners, which end with the session, nobody would hear of the reply.
    const canReply = this.#socket.connected && conn.readyState === 'open';
    if (this.#isMuted || this.#isDeaf || !canReply) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#asker = resolve;
      Reflect.apply(Reflect.get(conn, 'sendPacket'), conn, ['ping']);
      this.#asker = undefined;
    });
  }

  #changed(): void {
    for (const callback of this.#curious) callback();
  }

  #giveUpPings(): void {
    for (const answer of this.#pings.splice(0)) answer(false);
  }

  /** engine.io has no word for it: its timers are taken away, so that neither side's heartbeat is noticed here again. */
  #mutePings(): void {
    this.#isMuted = true;
    this.#giveUpPings();
    clearTimeout(Reflect.get(this.#socket.conn, 'pingIntervalTimer'));
    clearTimeout(Reflect.get(this.#socket.conn, 'pingTimeoutTimer'));
  }
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
