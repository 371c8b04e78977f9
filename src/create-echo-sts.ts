/** The fixture: the HTTP and Socket.IO server, its connections, and the handle that a test holds. */

import { Server } from 'socket.io';
import { atMost, nextTurn } from './clock.js';
import { Connection } from './connection.js';
import type { SessionSnapshot } from './core/snapshot.js';
import { EchoStsError } from './errors.js';
import { Listener, SOCKET_IO_PATH } from './listener.js';
import { type EchoStsOptions, parse, type Settings, toDelay, toSettings } from './options.js';
import { type WaitForSessionOptions, waitForSessionSchema } from './session-criteria.js';
import { SessionList } from './session-list.js';

/** PROTOCOL §1. */
const UPGRADE_TIMEOUT_MS = 10_000;
/** A polling worker that does not ask within this time is not told goodbye: `close()` takes less than a second. */
const FAREWELL_MS = 500;

/** A running fixture. After `close()` only what has been recorded can still be read. */
export interface EchoSts extends AsyncDisposable {
  /** Where a worker connects to, as `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  /** The address that is listened on. */
  readonly host: string;
  /** How many workers are connected now. */
  readonly connections: number;
  /** All sessions, newest first: frozen snapshots. Ended ones stay (the newest 1000) until `reset()`. */
  readonly sessions: readonly SessionSnapshot[];
  /** The newest session of the stream; undefined when no worker has begun it (PROTOCOL §6.9). */
  session(streamId: string): SessionSnapshot | undefined;
  /**
   * Resolves with a session once it is as asked for, at once if one is already. A stream that has completed still
   * counts as `completed` when its connection is closed.
   * Rejects with an `EchoStsError`: `WAIT_TIMEOUT` after `timeoutMs` (4000), `RESET`, `CLOSED` or `INVALID_OPTION`.
   */
  waitForSession(options?: WaitForSessionOptions): Promise<SessionSnapshot>;
  /**
   * Sets the processing time of fragments that arrive from now on, in all streams; 0–600000 milliseconds.
   * Throws an `EchoStsError` (`INVALID_OPTION`, `CLOSED`).
   */
  setDelay(delayMs: number): void;
  /**
   * Between tests: disconnects every worker, forgets every session, rejects pending waits with `RESET`, and puts the
   * delay back to the option's. Rejects with an `EchoStsError` (`CLOSED`) after `close()`.
   */
  reset(): Promise<void>;
  /** Disconnects every worker and stops the server, leaving nothing behind. May be called more than once. */
  close(): Promise<void>;
}

/**
 * Starts an STS server in this process, on a free port of the loopback address.
 * Rejects with an `EchoStsError`: `INVALID_OPTION`, `PORT_IN_USE` or `LISTEN_FAILED`.
 *
 * @example
 * const sts = await createEchoSts({ delayMs: 40 });
 * await runMyWorker({ url: sts.url, streamId: 'stream-1' });
 * const session = await sts.waitForSession({ streamId: 'stream-1', state: 'completed' });
 * console.log(session.statistics.successCount);
 * await sts.close();
 */
export async function createEchoSts(options: EchoStsOptions = {}): Promise<EchoSts> {
  const fixture = new Fixture(toSettings(options));
  await fixture.listen();
  return fixture;
}

/** Its functions are bound, so that `afterAll(sts.close)` works. */
class Fixture implements EchoSts {
  readonly host: string;
  readonly #options: Settings;
  readonly #listener: Listener;
  readonly #io: Server;
  readonly #connections = new Set<Connection>();
  readonly #sessions = new SessionList();
  /** What new sessions start with: the options, and what has been set since. */
  #settings: Settings;
  #port = 0;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.host = settings.host;
    this.#options = settings;
    this.#settings = settings;
    this.#listener = new Listener(settings.paths);
    this.#io = attachSocketIo(this.#listener, settings);
    this.#io.on('connection', (socket) => {
      const connection = new Connection(socket, this.#sessions, () => this.#settings);
      this.#connections.add(connection);
      socket.once('disconnect', () => this.#connections.delete(connection));
    });
  }

  async listen(): Promise<void> {
    try {
      this.#port = await this.#listener.listen(this.host, this.#options.port);
    } catch (error) {
      await this.#io.close();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${reachable(this.host)}:${this.#port}`;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get sessions(): readonly SessionSnapshot[] {
    return this.#sessions.snapshots;
  }

  readonly session = (streamId: string): SessionSnapshot | undefined => this.#sessions.findBy({ streamId });

  readonly waitForSession = async (options: WaitForSessionOptions = {}): Promise<SessionSnapshot> => {
    const { timeoutMs, ...criteria } = parse('waitForSession', waitForSessionSchema, options);
    const present = this.#sessions.findBy(criteria);
    if (present !== undefined) return present;
    this.#requireOpen('waitForSession');
    return this.#sessions.waitFor(criteria, timeoutMs);
  };

  readonly setDelay = (delayMs: number): void => {
    this.#requireOpen('setDelay');
    const checked = toDelay(delayMs);
    this.#settings = { ...this.#settings, delayMs: checked };
    for (const connection of this.#connections) connection.setDelay(checked);
  };

  readonly reset = async (): Promise<void> => {
    this.#requireOpen('reset');
    this.#sessions.rejectWaits('RESET', '`reset()` was called');
    this.#settings = this.#options;
    await this.#disconnectWorkers();
    this.#sessions.forgetEnded();
  };

  readonly close = (): Promise<void> => {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  };

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #shutDown(): Promise<void> {
    this.#sessions.rejectWaits('CLOSED', '`close()` was called');
    await this.#disconnectWorkers();
    const closed = this.#io.close();
    // A peer that does not answer would keep its socket, and the process, for up to 30 s.
    await this.#listener.destroySockets();
    await closed;
  }

  /** Two turns let the farewell reach the workers, which then know not to reconnect; over polling they have to ask. */
  async #disconnectWorkers(): Promise<void> {
    const farewells = [...this.#connections].map((connection) => connection.hangUp());
    await nextTurn();
    await nextTurn();
    await atMost(FAREWELL_MS, Promise.all(farewells));
  }

  #requireOpen(method: string): void {
    if (this.#closing === undefined) return;
    throw new EchoStsError(
      'CLOSED',
      `\`${method}\` was called after \`close()\`; create a new fixture with \`createEchoSts()\`.`,
    );
  }
}

function attachSocketIo(listener: Listener, settings: Settings): Server {
  const { cors } = settings;
  const io = new Server(listener.http, {
    path: SOCKET_IO_PATH,
    transports: [...settings.transports],
    maxHttpBufferSize: settings.maxMessageBytes,
    pingInterval: settings.pingIntervalMs,
    pingTimeout: settings.pingTimeoutMs,
    upgradeTimeout: UPGRADE_TIMEOUT_MS,
    serveClient: false,
    // A compressed answer is on its way longer than engine.io believes; on the loopback it gains nothing.
    httpCompression: false,
    destroyUpgrade: false,
    ...(cors !== false && { cors: { origin: typeof cors === 'object' ? [...cors] : cors } }),
  });
  listener.routePaths();
  return io;
}

/** An address that listens on every interface is reached through the loopback one; IPv6 needs brackets in a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
