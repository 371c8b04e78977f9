/** The HTTP server as a well-behaved guest: finds its port, answers what is not Socket.IO, and goes without a trace. */

import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { EchoStsError } from '../checks/errors.js';
import { show } from '../core/show.js';
import { CONTROL_PATH, withSlash } from '../options/paths.js';
import type { Pages } from './pages.js';

/**
 * Where Socket.IO is attached. engine.io takes every request whose path begins with its own; no request can begin with
 * this one, for a path has no space in it, so only what is rewritten here reaches it.
 */
export const SOCKET_IO_PATH = '/socket.io internal/';

/** The same for the Socket.IO server of control clients. */
export const INTERNAL_CONTROL_PATH = '/control internal/';

export class Listener {
  readonly http: Server;
  readonly #paths: readonly string[];
  #servesControl = false;
  /** Every open connection: an HTTP server forgets those that were upgraded to WebSocket. */
  readonly #sockets = new Set<Socket>();
  /** The open connections that have carried requests of each engine.io session, by its id. */
  readonly #carriers = new Map<string, Set<Socket>>();
  /** Who wants to know of the next request of a session. */
  readonly #awaited = new Map<string, () => void>();
  /** How many connections to come are refused, and how. */
  #refusing = { times: 0, status: 503 };
  /** The refused requests. */
  readonly #refused = new WeakSet<IncomingMessage>();

  readonly #onRefused: (status: number) => void;

  /** Requests to these paths reach Socket.IO, all others `pages`; of those that are refused, `onRefused` is told. */
  constructor(paths: readonly string[], pages: Pages, onRefused: (status: number) => void) {
    this.#onRefused = onRefused;
    this.#paths = paths.map(withSlash);
    // Without a listener of its own, a Socket.IO server never answers other paths at all.
    this.http = createServer((request, response) => {
      if (this.#refused.has(request)) this.#refuse(response);
      else pages(request, response);
    });
    this.http.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** To be called once Socket.IO is attached: its own listeners must see the path already rewritten. */
  routePaths(transports: readonly string[]): void {
    this.http.prependListener('request', (request) => {
      if (this.#toControl(request)) return;
      if (this.#toSocketIo(request)) this.#remember(request);
    });
    // Without WebSocket nothing listens for upgrades, and Node treats them as ordinary requests.
    if (this.http.listenerCount('upgrade') === 0) return;
    this.http.prependListener('upgrade', (request: IncomingMessage, socket: Socket) => {
      if (this.#toControl(request)) return;
      const isWorkers = this.#toSocketIo(request);
      if (isWorkers && transports.includes('websocket')) return this.#remember(request);
      const status = isWorkers ? 400 : this.#refused.has(request) ? this.#refusing.status : 404;
      socket.on('error', () => socket.destroy());
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, () => socket.destroy());
    });
  }

  /** From now on control clients get through, whatever happens to workers. */
  serveControl(): void {
    this.#servesControl = true;
  }

  /** The next so many connections are answered with this HTTP status. */
  refuse(times: number, status: number): void {
    this.#refusing = { times, status };
  }

  /** The TCP connections under an engine.io session: one over websocket, one or more over polling. */
  carriersOf(conn: { readonly request: IncomingMessage }): ReadonlySet<Socket> {
    // engine.io declares its id private, though every request of the session carries it.
    return new Set([conn.request.socket, ...(this.#carriers.get(Reflect.get(conn, 'id')) ?? [])]);
  }

  /** Calls back at the next request of an engine.io session, also when it has been closed; the answer takes that back. */
  onceRequested(conn: object, callback: () => void): () => void {
    const sid: string = Reflect.get(conn, 'id');
    this.#awaited.set(sid, callback);
    return () => this.#awaited.delete(sid);
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

  /** Goes down as a crashed server does; `listen` brings it up again. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.http.close(resolve));
    await this.destroySockets();
    await closed;
  }

  /** Ends every connection, whatever its peer does; resolves when all are gone. The server is closed by Socket.IO. */
  async destroySockets(): Promise<void> {
    const gone = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(gone);
  }

  /** Whether the request is of a control client; if so, it now names the path that their server knows. */
  #toControl(request: IncomingMessage): boolean {
    const [path = '', ...query] = (request.url ?? '').split('?');
    if (!this.#servesControl || withSlash(path) !== CONTROL_PATH) return false;
    request.url = [INTERNAL_CONTROL_PATH, ...query].join('?');
    return true;
  }

  /** Whether the request is for Socket.IO; if so, it now names the path Socket.IO knows. */
  #toSocketIo(request: IncomingMessage): boolean {
    const [path = '', ...query] = (request.url ?? '').split('?');
    if (!this.#paths.includes(withSlash(path)) || this.#refuses(request)) return false;
    request.url = [SOCKET_IO_PATH, ...query].join('?');
    return true;
  }

  /** Only a request without an engine.io session opens a connection. */
  #refuses(request: IncomingMessage): boolean {
    if (this.#refusing.times === 0 || sidOf(request) !== undefined) return false;
    this.#refusing.times -= 1;
    this.#refused.add(request);
    this.#onRefused(this.#refusing.status);
    return true;
  }

  #remember(request: IncomingMessage): void {
    const sid = sidOf(request);
    if (sid === undefined) return;
    this.#awaited.get(sid)?.();
    const carriers = this.#carriers.get(sid) ?? new Set();
    if (carriers.has(request.socket)) return;
    this.#carriers.set(sid, carriers.add(request.socket));
    request.socket.once('close', () => {
      carriers.delete(request.socket);
      if (carriers.size === 0) this.#carriers.delete(sid);
    });
  }

  #refuse(response: ServerResponse): void {
    const headers = { 'content-type': 'text/plain; charset=utf-8', connection: 'close' };
    response.writeHead(this.#refusing.status, headers);
    response.end('echo-sts refuses this connection, as the test has asked with `refuse()`.\n');
  }
}

/** The engine.io session that a request belongs to. */
function sidOf({ url = '' }: IncomingMessage): string | undefined {
  return new URLSearchParams(url.split('?')[1]).get('sid') ?? undefined;
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
