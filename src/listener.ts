/** The HTTP server as a well-behaved guest: finds its port, answers what is not Socket.IO, and goes without a trace. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { show } from './core/show.js';
import { EchoStsError } from './errors.js';

/**
 * Where Socket.IO is attached. engine.io takes every request whose path begins with its own; no request can begin with
 * this one, for a path has no space in it, so only what is rewritten here reaches it.
 */
export const SOCKET_IO_PATH = '/socket.io internal/';

export class Listener {
  readonly http: Server;
  readonly #paths: readonly string[];
  /** Every open connection: an HTTP server forgets those that were upgraded to WebSocket. */
  readonly #sockets = new Set<Socket>();

  /** Requests to these paths, and no others, reach Socket.IO. */
  constructor(paths: readonly string[]) {
    this.#paths = paths.map(withSlash);
    this.http = createServer((request, response) => this.#refuse(request, response));
    this.http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** To be called once Socket.IO is attached: its own listeners must see the path already rewritten. */
  routePaths(): void {
    this.http.prependListener('request', (request) => this.#toSocketIo(request));
    // Without WebSocket nothing listens for upgrades, and Node treats them as ordinary requests.
    if (this.http.listenerCount('upgrade') === 0) return;
    this.http.prependListener('upgrade', (request, socket) => {
      if (this.#toSocketIo(request)) return;
      socket.on('error', () => socket.destroy());
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n', () => socket.destroy());
    });
  }

  /** Resolves with the port. Each is bound rather than checked, for between the two another process could take it. */
  async listen(host: string, port: number | readonly number[]): Promise<number> {
    if (typeof port === 'number') return bind(this.http, host, port);
    for (const preferred of port) {
      try {
        return await bind(this.http, host, preferred);
      } catch (error) {
        if (!isPortInUse(error)) throw error;
      }
    }
    return bind(this.http, host, 0);
  }

  /** Ends every connection, whatever its peer does; resolves when all are gone. The server is closed by Socket.IO. */
  async destroySockets(): Promise<void> {
    const gone = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(gone);
  }

  /** Whether the request is for Socket.IO; if so, it now names the path Socket.IO knows. */
  #toSocketIo(request: IncomingMessage): boolean {
    const [path = '', ...query] = (request.url ?? '').split('?');
    if (!this.#paths.includes(withSlash(path))) return false;
    request.url = [SOCKET_IO_PATH, ...query].join('?');
    return true;
  }

  /** Without this, a bare Socket.IO server never answers other paths at all. */
  #refuse(request: IncomingMessage, response: ServerResponse): void {
    const places = this.#paths.join(' and ');
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end(`echo-sts serves Socket.IO at ${places}, not at ${show(request.url)}.\n`);
  }
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function bind(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(toEchoStsError(error, host, port));
    http.once('error', fail);
    http.listen(port, host, () => {
      http.off('error', fail);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

function toEchoStsError(cause: NodeJS.ErrnoException, host: string, port: number): EchoStsError {
  if (cause.code === 'EADDRINUSE') {
    const message = `\`port\` ${port} on ${host} is taken; use 0 for any free port, or a list of ports to prefer.`;
    return new EchoStsError('PORT_IN_USE', message, { cause });
  }
  const message = `\`host\` ${show(host)} with \`port\` ${port} cannot be listened on: ${cause.message}.`;
  return new EchoStsError('LISTEN_FAILED', message, { cause });
}

function isPortInUse(error: unknown): boolean {
  return error instanceof EchoStsError && error.code === 'PORT_IN_USE';
}
