/** The line to one worker: what is said on it, how much waits unread, and the ways in which it ends or breaks. */

import type { Socket as TcpSocket } from 'node:net';
import { clearTimeout } from 'node:timers';
import type { Socket } from 'socket.io';
import type { CutForm } from './core/cut-forms.js';
import type { Settings } from './settings.js';

/** The largest audio that is taken, in base64, and the words around it: characters (PROTOCOL §2). */
const LARGEST_RESULT = 14 * 1024 * 1024;
/** Besides the results of a full queue, so many messages may wait unread. */
const SPARE_MESSAGES = 8;

export class Line {
  readonly #socket: Socket;
  readonly #carriers: () => Iterable<TcpSocket>;
  /** Characters that were said and not yet handed to the transport. */
  #unread = 0;
  #isDeaf = false;

  /**
   * `carriers` finds the connections under the socket. A worker that lets too much wait unread is cut off: it could fill
   * the memory of the test.
   */
  constructor(socket: Socket, carriers: () => Iterable<TcpSocket>, settings: Settings) {
    const maxUnread = maxUnreadCharacters(settings);
    this.#socket = socket;
    this.#carriers = carriers;
    socket.conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      this.#unread += data?.length ?? 0;
      if (this.#unread > maxUnread) socket.conn.close(true);
    });
    socket.conn.on('flush', () => {
      this.#unread = 0;
    });
  }

  /** Whether what the worker sends goes unheard: even what had been read together with the cause of that. */
  get isDeaf(): boolean {
    return this.#isDeaf;
  }

  say(event: string, payload: object): void {
    this.#socket.emit(event, payload);
  }

  /**
   * The worker hears `io server disconnect`, then the transport is closed: resolves once it is. Not with
   * `disconnect(true)`: that keeps a timer of 30 s for a polling worker that does not come back.
   */
  hangUp(): Promise<void> {
    const { conn } = this.#socket;
    const closed = new Promise<void>((resolve) => {
      conn.once('close', () => resolve());
    });
    this.#socket.disconnect();
    this.#afterLastWord(() => conn.close(true));
    return closed;
  }

  /** One row per form of cutting; what each means stands beside its name in the core. */
  break(how: CutForm): void {
    const breakages: Readonly<Record<CutForm, () => unknown>> = {
      'server-disconnect': () => this.hangUp(),
      'transport-close': () => this.#afterLastWord(() => this.#socket.conn.close(true)),
      reset: () => this.#afterLastWord(() => this.#reset()),
      'half-open': () => this.#holdOpen(),
      stall: () => this.#stall(),
      'mute-pings': () => this.#mutePings(),
    };
    breakages[how]();
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
    this.#eachCarrier(resetAfterWrites);
    // Over polling the worker would come back on a new connection.
    this.#socket.conn.close(true);
  }

  #eachCarrier(step: (tcp: TcpSocket) => void): void {
    for (const tcp of this.#carriers()) step(tcp);
  }

  #afterLastWord(step: () => void): void {
    if (this.#unread === 0) step();
    else this.#socket.conn.once('drain', step);
  }

  /** engine.io has no word for it: its timers are taken away, so that neither side's heartbeat is noticed here again. */
  #mutePings(): void {
    clearTimeout(Reflect.get(this.#socket.conn, 'pingIntervalTimer'));
    clearTimeout(Reflect.get(this.#socket.conn, 'pingTimeoutTimer'));
  }
}

/** A worker may get the results of all that is in flight in one breath, and must not be cut off for that. */
function maxUnreadCharacters({ maxMessageBytes, queueLimit }: Settings): number {
  return Math.min(maxMessageBytes, LARGEST_RESULT) * (queueLimit + SPARE_MESSAGES);
}

/** What is written reaches the worker first. */
function resetAfterWrites(tcp: TcpSocket): void {
  if (tcp.writableLength === 0) tcp.resetAndDestroy();
  else tcp.write('', () => tcp.resetAndDestroy());
}
