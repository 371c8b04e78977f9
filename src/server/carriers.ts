/**
 * The TCP connections of the server: which engine.io session uses which, and how to end them regardless of their peers.
 */

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { atMost } from '../clock/deadline.js';
import { tcpUnder } from './http-server.js';

/** Maximum wait for a destroyed connection to close, which usually takes a turn or two, milliseconds. */
const CLOSE_MS = 500;

export class Carriers {
  /** Every open connection. An HTTP server does not track those that were upgraded to WebSocket. */
  readonly #open = new Set<Socket>();
  /** The connections with requests of an engine.io session, apart from its first. */
  readonly #ofSession = new WeakMap<object, Set<Socket>>();

  constructor(http: Server) {
    const open = this.#open;
    // Listeners get their socket as `this`: so one function serves thousands of connections.
    function closed(this: Socket): void {
      open.delete(this);
    }
    const track = (socket: Socket) => {
      // A connection that is read again as an ordinary request is announced twice.
      if (open.has(socket)) return;
      open.add(socket);
      socket.on('close', closed);
    };
    // Under TLS each connection has two, and only the first until the handshake is done.
    http.on('connection', track).on('secureConnection', track);
  }

  /** The session has made a request on this connection. */
  add(session: object, socket: Socket): void {
    const sockets = this.#ofSession.get(session) ?? new Set();
    // A polling client may use a new connection for each request.
    for (const other of sockets) if (other.destroyed) sockets.delete(other);
    this.#ofSession.set(session, sockets.add(socket));
  }

  /** The open connections under a session: one over websocket, one or more over polling. */
  of(session: { readonly request: { readonly socket: Socket } }): ReadonlySet<Socket> {
    const sockets = [session.request.socket, ...(this.#ofSession.get(session) ?? [])];
    return new Set(sockets.filter(({ destroyed }) => !destroyed));
  }

  /** Ends every connection regardless of its peer. Resolves when all are closed, or after `CLOSE_MS`. */
  async destroyAll(): Promise<void> {
    await atMost(CLOSE_MS, destroy([...this.#open]));
    // A connection that has not closed by now must not keep the process alive.
    for (const socket of this.#open) socket.unref();
  }
}

/** Resolves when all are closed. */
function destroy(sockets: readonly Socket[]): Promise<void> {
  let left = sockets.length;
  return new Promise((resolve) => {
    if (left === 0) resolve();
    const closed = () => {
      left -= 1;
      if (left === 0) resolve();
    };
    for (const socket of sockets) socket.once('close', closed).destroy();
  });
}

/**
 * Resets a connection after the written data has been passed to the system, so that what fits into the peer's buffer
 * still reaches it. `done` is called after that, or when the connection has closed before.
 */
export function reset(socket: Socket, done: () => void = () => {}): void {
  const again = () => reset(socket, done);
  // Node cannot reset a connection while shutting it down: the connection would stay open without a `close` event.
  if (socket.writableEnded && !socket.writableFinished && !socket.destroyed) afterShutdown(socket, again);
  else if (socket.writableLength > 0 && !socket.destroyed) socket.write('', again);
  else {
    if (!socket.destroyed) tcpUnder(socket).resetAndDestroy();
    done();
  }
}

/** Calls back before other listeners destroy the connection. */
function afterShutdown(socket: Socket, callback: () => void): void {
  const next = () => {
    socket.off('finish', next).off('close', next);
    callback();
  };
  socket.prependListener('finish', next).prependListener('close', next);
}
