/** The Socket.IO server on top of the listener (PROTOCOL §1), and who may connect to it. */

import { Server, type ServerOptions } from 'socket.io';
import { EchoStsError } from '../checks/errors.js';
import { realClock } from '../clock/clock.js';
import { LARGEST_CALL } from '../options/paths.js';
import type { Settings } from '../options/settings.js';
import type { ArrivalObserver } from '../record/observer.js';
import { watchArrivals } from './arriving.js';
import { authGuard, countGuard, type Guard } from './guards.js';
import { readPongsFirst } from './heartbeat.js';
import type { Listener } from './listener.js';
import { INTERNAL_CONTROL_PATH, SOCKET_IO_PATH } from './route.js';

/** PROTOCOL §1. */
const UPGRADE_TIMEOUT_MS = 10_000;
/** A control client that has gone says so by its socket; one that stands in a debugger is not to be cut off. */
const CONTROL_PING_TIMEOUT_MS = 3_600_000;

/** `observe` is told of those that have no session yet. */
export function attachSocketIo(listener: Listener, settings: Settings, observe: ArrivalObserver): Server {
  const { cors } = settings;
  const io = startServer(listener, {
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
  watchArrivals(io, settings, observe);
  for (const mayConnect of guardsOf(settings)) {
    io.use((socket, next) => {
      const { conn: connection } = socket;
      if (connection.readyState === 'open') observe({ kind: 'judged', connection, at: realClock.now() });
      void mayConnect(socket).then((refused) => {
        observe({ kind: 'settled', connection });
        if (refused !== undefined) {
          const { code, message } = refused;
          observe({ kind: 'refused', refusal: { code, message } });
        }
        next(refused);
      });
    });
  }
  readPongsFirst(io, settings.pingTimeoutMs);
  return io;
}

/**
 * A server of their own for control clients: what the test does to the connections of workers, or has set for them, does
 * not concern these.
 */
export function attachControlIo(listener: Listener): Server {
  listener.serveControl();
  return new Server(listener.http, {
    path: INTERNAL_CONTROL_PATH,
    pingTimeout: CONTROL_PING_TIMEOUT_MS,
    maxHttpBufferSize: LARGEST_CALL,
    serveClient: false,
    httpCompression: false,
    destroyUpgrade: false,
  });
}

/** The open engine.io session with this id. engine.io shows no list of them. */
export function engineSession(io: Server, id: string): object | undefined {
  const sessions: Readonly<Record<string, object>> = Reflect.get(io.engine, 'clients');
  return Object.hasOwn(sessions, id) ? sessions[id] : undefined;
}

/** Where modules are resolved as for a browser, the `ws` that it is to be made with has no server. */
function startServer({ http }: Listener, options: Partial<ServerOptions>): Server {
  try {
    return new Server(http, options);
  } catch (cause) {
    const message =
      'A server was to be started with packages built for Node, and `ws` was not: ' +
      "with jest-environment-jsdom set `testEnvironmentOptions: { customExportConditions: ['node', 'node-addons'] }`.";
    throw new EchoStsError('LISTEN_FAILED', message, { cause });
  }
}

/** Only who has the right credentials counts as a connection. */
function guardsOf({ auth, maxConnections }: Settings): Guard[] {
  return [...(auth === undefined ? [] : [authGuard(auth)]), countGuard(maxConnections)];
}
