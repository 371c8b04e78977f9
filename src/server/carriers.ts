/** The TCP connections of the server: which of them carry which engine.io session, and how they end, whatever their peers do. */

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { atMost } from '../clock/deadline.js';
import { tcpUnder } from './http-server.js';

/** A connection that was destroyed says so within a turn or two; one that does not is not waited for any longer. */
const CLOSE_MS = 500;

export class Carriers {
  /** Every open connection: an HTTP server forgets those that were upgraded to WebSocket. */
  readonly #open = new Set<Socket>();
  /** Those that have carried requests of an engine.io session, beside the one that it began on. */
  readonly #ofSession = new WeakMap<object, Set<Socket>>();

  constructor(http: Server) {
    const track = (socket: Socket) => {
      // One that is read anew as an ordinary request is announced a second time.
      if (this.#open.has(socket)) return;
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    };
    // Under TLS each connection has two, and only the first until the handshake is done.
    http.on('connection', track).on('secureConnection', track);
  }

  /** The session has made a request on this connection. */
  add(session: object, socket: Socket): void {
    const sockets = this.#ofSession.get(session) ?? new Set();
    // A poller may come on a new connection each time.
    for (const other of sockets) if (other.destroyed) sockets.delete(other);
    this.#ofSession.set(session, sockets.add(socket));
  }

  /** The open connections under a session: one over websocket, one or more over polling. */
  of(session: { readonly request: { readonly socket: Socket } }): ReadonlySet<Socket> {
    const sockets = [session.request.socket, ...(this.#ofSession.get(session) ?? [])];
    return new Set(sockets.filter(({ destroyed }) => !destroyed));
  }

  /** Ends every connection, whatever its peer does; resolves when all are gone, or soon. */
  async destroyAll(): Promise<void> {
    const sockets = [...this.#open];
    const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets) socket.destroy();
    await atMost(CLOSE_MS, Promise.all(gone));
    // What still has not said that it is gone is to keep no process alive.
    for (const socket of sockets) socket.unref();
  }
}

/**
 * Resets a connection, once what was written is in the hands of the system: as much as a peer's buffer takes still reaches it.
 * `done` is called when that has happened, or the connection has gone before.
 */
export function reset(socket: Socket, done: () => void = () => {}): void {
  const again = () => reset(socket, done);
  // Node cannot reset a connection while it is shutting it down: the connection would stay open, and never say that it is
  // closed.
  if (socket.writableEnded && !socket.writableFinished && !socket.destroyed) afterShutdown(socket, again);
  else if (socket.writableLength > 0 && !socket.destroyed) socket.write('', again);
  else {
    if (!socket.destroyed) tcpUnder(socket).resetAndDestroy();
    done();
  }
}

/** Before those who wait for the same in order to destroy it. */
function afterShutdown(socket: Socket, callback: () => void): void {
  const next = () => {
    socket.off('finish', next).off('close', next);
    callback();
  };
  socket.prependListener('finish', next).prependListener('close', next);
}
