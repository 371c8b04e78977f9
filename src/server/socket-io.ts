/** The Socket.IO server on the listener (PROTOCOL §1), and which sockets may connect. */

import { realClock } from '../clock/clock.js';
import { laneOptions } from '../lane/index.js';
import { Server } from '../lane/packages.js';
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
/**
 * Long, because a closed socket already shows that a control client is gone, and one in a debugger must not be cut off.
 */
const CONTROL_PING_TIMEOUT_MS = 3_600_000;

/** `observe` receives the steps of connections without a session. */
export function attachSocketIo(listener: Listener, settings: Settings, observe: ArrivalObserver): Server {
  const { cors } = settings;
  const io = new Server(listener.http, {
    path: SOCKET_IO_PATH,
    transports: [...settings.transports],
    maxHttpBufferSize: settings.maxMessageBytes,
    pingInterval: settings.pingIntervalMs,
    pingTimeout: settings.pingTimeoutMs,
    upgradeTimeout: UPGRADE_TIMEOUT_MS,
    serveClient: false,
    // A compressed response takes longer than engine.io assumes. On the loopback it gains nothing.
    httpCompression: false,
    destroyUpgrade: false,
    ...laneOptions(),
    ...(cors !== false && { cors: { origin: typeof cors === 'object' ? [...cors] : cors } }),
  });
  // Socket.IO would keep a room, and a list of rooms, for each socket. No message here goes to a room.
  io.of('/').adapter.addAll = () => {};
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
 * A separate server for control clients: what the test does to workers' connections, or sets for them, does not affect
 * it.
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

/** Only sockets with the right credentials count as connections. */
function guardsOf({ auth, maxConnections }: Settings): Guard[] {
  return [...(auth === undefined ? [] : [authGuard(auth)]), countGuard(maxConnections)];
}
