/** The side of the fixture: control clients come to a namespace of its server, and each has a guest to speak for it. */

import type { Server, Socket } from 'socket.io';
import { atMost, nextTurn, realClock } from '../clock/clock.js';
import { CONTROL_NAMESPACE } from '../options/paths.js';
import type { Listener } from '../server/listener.js';
import { attachControlIo } from '../server/socket-io.js';
import { type Credentials, credentialsOf, whyRefused } from './admission.js';
import { type Controlled, Guest } from './guest.js';
import type { Answer } from './messages.js';

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

type Acknowledge = (answer: Answer) => void;

class ControlServer {
  readonly #options: ControlOptions;
  readonly #io: Server;
  /** By the id that each client has given itself. */
  readonly #seats = new Map<string, Seat>();

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#io = attachControlIo(options.listener);
    options.listener.http.on('listening', () => this.#waitAnew());
    this.#io.use((_, next) => next(new Error(`Control clients connect to the namespace ${CONTROL_NAMESPACE}.`)));
    const namespace = this.#io.of(CONTROL_NAMESPACE);
    namespace.use((socket, next) => next(this.#whyRefused(socket)));
    namespace.on('connection', (socket) => this.#welcome(socket, credentialsOf(socket)));
  }

  /** Those who wait have been answered, and hear that this is the end. */
  async close(): Promise<void> {
    const sockets = [...this.#io.of(CONTROL_NAMESPACE).sockets.values()];
    for (const socket of sockets) socket.disconnect();
    await nextTurn();
    await nextTurn();
    await atMost(FAREWELL_MS, Promise.all(sockets.map(flushed)));
    this.#io.engine.close();
    const seats = [...this.#seats.values()];
    this.#seats.clear();
    for (const seat of seats) seat.stopTimer();
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
      const acknowledge = args.pop();
      if (typeof acknowledge !== 'function') return;
      void seat.guest.answer(args[0]).then((answer) => say(acknowledge as Acknowledge, answer));
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
    // A server that is down is not one that the client has left.
    if (!this.#options.listener.http.listening) return;
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

/** What was said last has been handed to the transport, or never will be. */
async function flushed({ conn }: Socket): Promise<void> {
  const unsent: unknown[] = Reflect.get(conn, 'writeBuffer');
  if (unsent.length === 0 || conn.readyState === 'closed') return;
  await new Promise((resolve) => {
    conn.once('drain', resolve);
    conn.once('close', resolve);
  });
}

/** More than half a gigabyte is no text any more. */
function say(acknowledge: Acknowledge, answer: Answer): void {
  try {
    acknowledge(answer);
  } catch {
    const message = 'The answer is too large to be sent; ask for a part of it, as with `timeline({ limit })`.';
    acknowledge({ error: { code: 'CONTROL_FAILED', message } });
  }
}
