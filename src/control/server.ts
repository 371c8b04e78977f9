/** The fixture side: control clients connect to a namespace of its server, and each has a session. */

import type { Server, Socket } from 'socket.io';
import { nextTurn, realClock } from '../clock/clock.js';
import { atMost } from '../clock/deadline.js';
import { CONTROL_NAMESPACE } from '../options/paths.js';
import type { Listener } from '../server/listener.js';
import { attachControlIo } from '../server/socket-io.js';
import { type Credentials, checkAdmission, credentialsOf } from './admission.js';
import { type ControlledFixture, ControlSession } from './control-session.js';
import type { Answer } from './messages.js';

/** How long the session of a client is kept after its connection was lost. */
const GRACE_PERIOD_MS = 10_000;
/** How long `close()` waits until the last replies are sent. */
const CLOSE_TIMEOUT_MS = 200;

interface ControlOptions extends ControlledFixture {
  readonly listener: Listener;
  /** Undefined if no token is required. */
  readonly token: string | undefined;
}

/** Serves control clients. Call it before the listener routes paths. */
export function serveControl(options: ControlOptions): { close(): Promise<void> } {
  return new ControlServer(options);
}

interface Client {
  readonly session: ControlSession;
  /** Undefined while it is not connected. */
  socket: Socket | undefined;
  stopTimer: () => void;
}

type Acknowledge = (answer: Answer) => void;

class ControlServer {
  readonly #options: ControlOptions;
  readonly #io: Server;
  /** By the id that each client has chosen. */
  readonly #clients = new Map<string, Client>();

  constructor(options: ControlOptions) {
    this.#options = options;
    this.#io = attachControlIo(options.listener);
    options.listener.http.on('listening', () => this.#startGracePeriods());
    this.#io.use((_, next) => next(new Error(`Control clients connect to the namespace ${CONTROL_NAMESPACE}.`)));
    const namespace = this.#io.of(CONTROL_NAMESPACE);
    namespace.use((socket, next) => next(this.#check(socket)));
    namespace.on('connection', (socket) => this.#connect(socket, credentialsOf(socket)));
  }

  /** Disconnects all clients once their pending calls are answered. */
  async close(): Promise<void> {
    const sockets = [...this.#io.of(CONTROL_NAMESPACE).sockets.values()];
    for (const socket of sockets) socket.disconnect();
    await nextTurn();
    await nextTurn();
    await atMost(CLOSE_TIMEOUT_MS, Promise.all(sockets.map(flush)));
    this.#io.engine.close();
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    for (const client of clients) client.stopTimer();
    await Promise.all(clients.map(({ session }) => session.close()));
  }

  #check(socket: Socket): Error | undefined {
    const { client: id = '', isBack } = credentialsOf(socket);
    return checkAdmission(socket, this.#options.token, !isBack || this.#clients.has(id));
  }

  #connect(socket: Socket, { client: id = '' }: Credentials): void {
    const client = this.#clients.get(id) ?? this.#add(id);
    client.stopTimer();
    client.socket = socket;
    socket.on('call', (...args: unknown[]) => {
      const acknowledge = args.pop();
      if (typeof acknowledge !== 'function') return;
      void client.session.answer(args[0]).then((answer) => send(acknowledge as Acknowledge, answer));
    });
    socket.once('disconnect', (reason) => {
      if (client.socket !== socket) return;
      client.socket = undefined;
      if (reason === 'client namespace disconnect') this.#remove(id);
      else this.#startGracePeriod(id, client);
    });
  }

  #add(id: string): Client {
    const client = { session: new ControlSession(this.#options), socket: undefined, stopTimer: () => {} };
    this.#clients.set(id, client);
    return client;
  }

  /** The grace period starts when the server listens again, because nobody can reconnect while it is down. */
  #startGracePeriods(): void {
    for (const [id, client] of this.#clients) if (client.socket === undefined) this.#startGracePeriod(id, client);
  }

  #startGracePeriod(id: string, client: Client): void {
    client.stopTimer();
    if (!this.#options.listener.http.listening) return;
    client.stopTimer = realClock.startTimer({ wake: () => this.#remove(id) }, GRACE_PERIOD_MS);
  }

  #remove(id: string): void {
    const client = this.#clients.get(id);
    this.#clients.delete(id);
    client?.stopTimer();
    void client?.session.close();
  }
}

/** Resolves when everything is written to the transport, or can no longer be. */
async function flush({ conn }: Socket): Promise<void> {
  const unsent: unknown[] = Reflect.get(conn, 'writeBuffer');
  if (unsent.length === 0 || conn.readyState === 'closed') return;
  await new Promise((resolve) => {
    conn.once('drain', resolve);
    conn.once('close', resolve);
  });
}

/** JSON of more than half a gigabyte does not fit into a string. */
function send(acknowledge: Acknowledge, answer: Answer): void {
  try {
    acknowledge(answer);
  } catch {
    const message = 'The reply is too large to be sent; request a part of it, as with `timeline({ limit })`.';
    acknowledge({ error: { code: 'CONTROL_FAILED', message } });
  }
}
