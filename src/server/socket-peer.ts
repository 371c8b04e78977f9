/**
 * A worker at the other end of a Socket.IO connection: what is sent to it, what it has received, how much is unread,
 * and how the connection ends or breaks.
 */

import type { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import { atMost } from '../clock/deadline.js';
import type { CutForm } from '../core/cut-forms.js';
import { LazySet } from '../core/lazy-tables.js';
import type { Handshake } from '../core/snapshot.js';
import { frameBytes, giveBack, sendInOneWrite } from '../lane/index.js';
import { breachOf, failureOf, unreadBacklog, watchFailures } from './breaches.js';
import { reset } from './carriers.js';
import { takeHandshake } from './handshake.js';
import { stopHeartbeat } from './heartbeat.js';
import type { Loss, OutgoingEvent, Peer, PeerListener } from './peer.js';
import { Pings } from './pings.js';
import { type Reader, Unread } from './unread.js';

/** Maximum wait for a reply of a worker, milliseconds. */
const ANSWER_MS = 1000;
/** The wait is counted in parts: a test that blocks the process uses up only one. */
const ANSWER_PARTS = 10;

/** What all peers of a server have in common. */
export interface PeerOptions {
  /** Returns the TCP connections of an engine.io session. */
  readonly carriersOf: (conn: Socket['conn']) => Iterable<TcpSocket>;
  /** Whether this number of unread bytes exceeds the limit for a worker with this `max_inflight`. */
  readonly isTooMuch: (bytes: number, maxInflight: () => number) => boolean;
  /** The largest message that the connection accepts, bytes. */
  readonly maxMessageBytes: number;
}

export class SocketPeer implements Peer, Reader {
  readonly handshake: Handshake;
  readonly #socket: Socket;
  readonly #options: PeerOptions;
  readonly #unread: Unread;
  #listener: PeerListener | undefined;
  /** Why the server ended the connection, if the worker caused it. */
  #breach: Loss | undefined;
  readonly #unsent: OutgoingEvent[] = [];
  #isDeaf = false;
  #isMuted = false;
  #isEnded = false;
  readonly #pings = new Pings();
  /** A wait for it has timed out, and it has not replied since. */
  #isSilent = false;
  /** Listeners for data passed to the transport, and for replies. */
  readonly #curious = new LazySet<() => void>();

  /** A worker that stops reading, with too many bytes unread, is cut off: it could fill the memory of the test. */
  constructor(socket: Socket, options: PeerOptions) {
    this.handshake = takeHandshake(socket);
    this.#socket = socket;
    this.#options = options;
    this.#unread = new Unread(this);
    watchFailures(socket);
    this.#listen();
  }

  get bytesRead(): number {
    let bytes = 0;
    for (const { bytesRead } of this.carriers()) bytes += bytesRead;
    return bytes;
  }

  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get hasUnheard(): boolean {
    return !this.#isDeaf && (this.#unsent.length > 0 || this.#unread.isHolding || this.#pings.areWaiting);
  }

  hear(listener: PeerListener): void {
    this.#listener = listener;
  }

  carriers(): Iterable<TcpSocket> {
    return this.#options.carriersOf(this.#socket.conn);
  }

  isTooMuch(bytes: number): boolean {
    return this.#options.isTooMuch(bytes, () => this.#listener?.maxInflight ?? 0);
  }

  onGivenUp(bytes: number): void {
    this.cutOff(unreadBacklog(bytes));
  }

  say(events: readonly OutgoingEvent[]): void {
    this.#unsent.push(...events);
  }

  flush(): void {
    const events = this.#unsent.splice(0);
    if (events.length === 0) return;
    const isSent = sendInOneWrite(this.#socket, events);
    if (!isSent) for (const { event, payload } of events) this.#socket.emit(event, payload);
    for (const { spareAudio } of events) if (spareAudio !== undefined) giveBack(spareAudio);
  }

  /** Uses pings, to which a worker replies in order. */
  async heard(): Promise<boolean> {
    this.flush();
    // A client may process a message only after it has answered the ping behind it, but it does so before the next
    // ping.
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

  hold(): () => void {
    this.flush();
    const carriers = [...this.carriers()];
    for (const tcp of carriers) tcp.cork();
    return () => {
      for (const tcp of carriers) tcp.uncork();
    };
  }

  abandon(): void {
    this.flush();
    this.#isEnded = true;
  }

  /**
   * The worker gets `io server disconnect`, then the transport is closed. Not with `disconnect(true)`, which keeps a
   * timer of 30 s for a polling worker that sends no further request.
   */
  async disconnect(): Promise<void> {
    this.flush();
    this.#isEnded = true;
    const { conn } = this.#socket;
    this.#socket.disconnect();
    this.afterLastWord(() => conn.close(true));
    if (conn.readyState !== 'closed') await new Promise<void>((resolve) => conn.once('close', () => resolve()));
  }

  destroy(): void {
    if (this.#socket.conn.readyState === 'closed') return;
    this.flush();
    for (const tcp of this.carriers()) tcp.destroy();
    this.#socket.conn.close(true);
  }

  /** Ends the connection because of the worker. */
  cutOff(breach: Loss): void {
    this.flush();
    this.#breach ??= this.#failure ?? breach;
    this.#isEnded = true;
    this.#socket.conn.close(true);
  }

  /** One row per cut form; `CUT_FORMS` of the core says what each means. */
  break(how: CutForm): void {
    this.flush();
    this.#isEnded = true;
    const breakages: Readonly<Record<CutForm, () => unknown>> = {
      'server-disconnect': () => this.disconnect(),
      'transport-close': () => this.afterLastWord(() => this.#socket.conn.close(true)),
      reset: () => this.afterLastWord(() => this.#reset()),
      'half-open': () => this.#holdOpen(),
      stall: () => this.#stall(),
      'mute-pings': () => this.#mutePings(),
    };
    breakages[how]();
  }

  afterLastWord(callback: () => void): void {
    this.flush();
    const { conn } = this.#socket;
    if (!this.#unread.isHolding || conn.readyState === 'closed') {
      callback();
      return;
    }
    const done = () => {
      conn.off('drain', done).off('close', done);
      callback();
    };
    conn.on('drain', done).on('close', done);
  }

  /** Listens until the worker leaves: it may join again on the same connection, as another peer. */
  #listen(): void {
    const { conn } = this.#socket;
    const listeners = {
      packetCreate: (packet: { type: string; data?: string | Buffer; options?: object }) => {
        if (packet.type === 'ping') this.#pings.sent();
        this.#unread.add(packet.data?.length ?? frameBytes(packet));
      },
      flush: () => {
        this.#unread.handOver();
        this.#changed();
      },
      heartbeat: () => {
        this.#isSilent = false;
        this.#pings.answered();
        this.#changed();
        // The pong to an earlier ping would restart the timers.
        if (this.#isMuted) this.#mutePings();
      },
    };
    for (const [event, listener] of Object.entries(listeners)) conn.on(event, listener);
    this.#socket.onAny((event: unknown, ...args: unknown[]) => {
      // Only an acknowledgement callback can be a function.
      const acknowledge = typeof args.at(-1) === 'function' ? (args.pop() as (payload: object) => void) : undefined;
      this.#listener?.received(event, args, acknowledge);
    });
    // Not `once`, which would keep three more objects for each of thousands of connections.
    this.#socket.on('disconnect', (reason, description) => {
      for (const [event, listener] of Object.entries(listeners)) conn.off(event, listener);
      this.#left(reason, description);
    });
  }

  #left(reason: string, description: unknown): void {
    this.#unread.stop();
    this.#pings.giveUp();
    this.#breach ??= this.#failure ?? (this.#isEnded ? undefined : breachOf(reason, description));
    this.#isEnded ||= this.#breach !== undefined;
    this.#listener?.lost(this.#breach ?? { reason });
  }

  /** Why the connection ends, if the worker has sent what could not be read. */
  get #failure(): Loss | undefined {
    return failureOf(this.#socket, this.#options.maxMessageBytes);
  }

  #holdOpen(): void {
    this.#isDeaf = true;
    this.#mutePings();
  }

  #stall(): void {
    this.#isDeaf = true;
    for (const tcp of this.carriers()) tcp.pause();
  }

  #reset(): void {
    // There may be no connection: a polling worker may be between two polls.
    let left = 1;
    const done = () => {
      left -= 1;
      // Over polling the worker would return on a new connection. Closing earlier would end the connections gracefully.
      if (left === 0) this.#socket.conn.close(true);
    };
    for (const carrier of this.carriers()) {
      left += 1;
      reset(carrier, done);
    }
    done();
  }

  #ping(): Promise<boolean> {
    const { conn, connected } = this.#socket;
    // Without its listeners, which end with the session, nobody would hear of the reply.
    const canReply = connected && conn.readyState === 'open' && !this.#isMuted && !this.#isDeaf;
    return canReply ? this.#pings.send(conn) : Promise.resolve(false);
  }

  #changed(): void {
    for (const callback of this.#curious) callback();
  }

  #mutePings(): void {
    this.#isMuted = true;
    this.#pings.giveUp();
    stopHeartbeat(this.#socket.conn);
  }
}
