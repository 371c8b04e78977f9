/** The side of the fixture: control clients come to a namespace of its server, and each has a guest to speak for it. */

import type { Server, Socket } from 'socket.io';
import { atMost, nextTurn, realClock } from '../clock.js';
import type { Listener } from '../listener.js';
import { attachControlIo } from '../socket-io.js';
import { type Credentials, credentialsOf, whyRefused } from './admission.js';
import { type Controlled, Guest } from './guest.js';

/** A client that has been gone for so long does not come back. */
const GONE_MS = 10_000;
/** One that does not hear the goodbye is not waited for longer. */
const FAREWELL_MS = 200;

interface ControlOptions extends Controlled {
  readonly listener: Listener;
  /** Undefined when none is asked for. */
  readonly token: string | undefined;
}

/** To be called before the listener routes paths. */
export function serveControl(options: ControlOptions): { close(): Promise<void> } {
  return new ControlServer(options);
}

interface Seat {
  readonly guest: Guest;
  socket: Socket | undefined;
  stopTimer: () => void;
}

class ControlServer {
  readonly #options: ControlOptions;
  readonly #io: Server;
  /** By the id that each client has given itself. */
  readonly #seats = new Map<string, Seat>();

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#io = attachControlIo(options.listener);
    // A server that was down is not one that the clients have left.
    options.listener.http.on('listening', () => this.#waitAnew());
    this.#io.use((_, next) => next(new Error('Control clients connect to the namespace /control.')));
    const namespace = this.#io.of('/control');
    namespace.use((socket, next) => next(this.#whyRefused(socket)));
    namespace.on('connection', (socket) => this.#welcome(socket, credentialsOf(socket)));
  }

  /** Those who wait have been answered, and hear that this is the end. */
  async close(): Promise<void> {
    const seats = [...this.#seats.values()];
    for (const seat of seats) seat.stopTimer();
    const closed = [...this.#io.of('/control').sockets.values()].map(hungUp);
    await nextTurn();
    await nextTurn();
    await atMost(FAREWELL_MS, Promise.all(closed));
    this.#io.engine.close();
    this.#seats.clear();
    await Promise.all(seats.map(({ guest }) => guest.leave()));
  }

  #whyRefused(socket: Socket): Error | undefined {
    const { client = '', isBack } = credentialsOf(socket);
    return whyRefused(socket, this.#options.token, !isBack || this.#seats.has(client));
  }

  #welcome(socket: Socket, { client = '' }: Credentials): void {
    const seat = this.#seats.get(client) ?? this.#seat(client);
    seat.stopTimer();
    seat.socket = socket;
    socket.on('call', (...args: unknown[]) => {
      const answer = args.at(-1);
      if (typeof answer === 'function') void seat.guest.answer(args[0]).then((value) => answer(value));
    });
    socket.once('disconnect', (reason) => {
      if (seat.socket !== socket) return;
      seat.socket = undefined;
      if (reason === 'client namespace disconnect') this.#forget(client);
      else this.#waitFor(client, seat);
    });
  }

  #seat(client: string): Seat {
    const seat = { guest: new Guest(this.#options), socket: undefined, stopTimer: () => {} };
    this.#seats.set(client, seat);
    return seat;
  }

  #waitFor(client: string, seat: Seat): void {
    seat.stopTimer();
    seat.stopTimer = realClock.startTimer(() => this.#forget(client), GONE_MS);
  }

  #waitAnew(): void {
    for (const [client, seat] of this.#seats) if (seat.socket === undefined) this.#waitFor(client, seat);
  }

  #forget(client: string): void {
    const seat = this.#seats.get(client);
    this.#seats.delete(client);
    seat?.stopTimer();
    void seat?.guest.leave();
  }
}

function hungUp(socket: Socket): Promise<void> {
  const { conn } = socket;
  const closed = new Promise<void>((resolve) => {
    conn.once('close', () => resolve());
  });
  socket.disconnect(true);
  return closed;
}
