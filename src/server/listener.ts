/** The HTTP server as a well-behaved guest: finds its port, answers what is not Socket.IO, and goes without a trace. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { EchoStsError } from '../checks/errors.js';
import { afterReading } from '../clock/clock.js';
import { atMost } from '../clock/deadline.js';
import { show } from '../core/show.js';
import { CONTROL_PATH, withSlash } from '../options/paths.js';
import type { TlsSettings } from '../options/tls.js';
import type { ArrivalObserver, ConnectionRefusal } from '../record/observer.js';
import { Carriers } from './carriers.js';
import { createHttpServer, watchSchemes } from './http-server.js';
import { readAnew } from './ordinary-request.js';
import { isPage, type Pages } from './pages.js';
import { type HttpRefusal, NO_SCRIPTS, parametersOf, type Route, routeOf } from './route.js';
import { isHandshake, isWebSocket, wrongPath } from './turned-away.js';

/** A server whose connections are gone says so within a turn or two; one that does not is not waited for any longer. */
const CLOSE_MS = 500;

/** The status of an answer to a request whose body is too large. */
const TOO_LARGE = 413;

/** An engine.io session, as far as the listener knows it. */
interface EngineSession {
  readonly request: { readonly socket: Socket };
}

/** What is served by Socket.IO, once it is attached. */
interface Attached {
  /** Whether workers may ask for a websocket. */
  readonly hasWebSocket: boolean;
  /** The open session with this id. */
  readonly sessionOf: (id: string) => object | undefined;
}

export class Listener {
  readonly http: Server;
  readonly #carriers: Carriers;
  readonly #paths: readonly string[];
  #servesControl = false;
  /** Who wants to know of the next request of a session. */
  readonly #awaited = new Map<string, () => void>();
  /** Who wants to know that a session has sent a request that is too large. */
  readonly #tooLarge = new WeakMap<object, (bytes: number | undefined) => void>();
  /** How many connections to come are refused, and how. */
  #refusing = { times: 0, status: 503 };
  readonly #refused = new WeakMap<IncomingMessage, HttpRefusal>();
  readonly #observe: ArrivalObserver;

  /** Requests to these paths reach Socket.IO, all others `pages`; `observe` is told of workers that are turned away. */
  constructor(paths: readonly string[], pages: Pages, observe: ArrivalObserver, tls?: TlsSettings) {
    this.#observe = observe;
    this.#paths = paths.map(withSlash);
    // Without a listener of its own, a Socket.IO server never answers other paths at all.
    this.http = createHttpServer(tls, (request, response) => {
      const refusal = this.#refused.get(request);
      if (refusal === undefined) pages(request, response);
      else answer(response, refusal);
    });
    watchSchemes(this.http, tls !== undefined, (refusal) => this.#tell(refusal));
    this.#carriers = new Carriers(this.http);
    // Node would end it although the next request has arrived, if that could not be read in time.
    this.http.on('timeout', (socket: Socket) => destroyUnlessRead(socket));
  }

  /** To be called once Socket.IO is attached: its own listeners must see the path already rewritten. */
  routePaths({ hasWebSocket, sessionOf }: Attached): void {
    this.http.prependListener('request', (request, response) => {
      const route = this.#route(request);
      if (route.to === 'workers') {
        const session = this.#enter(request, route.url, sessionOf);
        if (session !== undefined) this.#watchSize(session, request, response);
      }
      if (route.to === 'control') request.url = route.url;
      if (route.to === 'refusal') this.#refused.set(request, route.refusal);
      this.#tellIfTurnedAway(request, route);
    });
    // Without WebSocket nothing listens for upgrades, and Node treats them as ordinary requests.
    if (this.http.listenerCount('upgrade') === 0) return;
    this.http.prependListener('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const route = isWebSocket(request) ? this.#route(request) : undefined;
      if (route?.to === 'control') request.url = route.url;
      else if (route?.to === 'workers' && hasWebSocket && !this.#refuses(request)) {
        this.#enter(request, route.url, sessionOf);
      } else {
        // What is read anew begins as a worker does only if its path says so.
        if (route !== undefined && !isHandshake({ url: request.url ?? '', headers: {} }))
          this.#tellIfTurnedAway(request, route);
        readAnew(this.http, request, socket, head);
      }
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
  carriersOf(session: EngineSession): ReadonlySet<Socket> {
    return this.#carriers.of(session);
  }

  /** Calls back at the next request of an engine.io session, also when it has been closed; the answer takes that back. */
  onceRequested(session: object, callback: () => void): () => void {
    // engine.io declares its id private, though every request of the session carries it.
    const id: string = Reflect.get(session, 'id');
    this.#awaited.set(id, callback);
    return () => this.#awaited.delete(id);
  }

  /**
   * Calls back when a request of the session is refused because its body is too large, with how large it was said to be. Of
   * several that ask for a session, the last one is told.
   */
  onTooLarge(session: object, callback: (bytes: number | undefined) => void): void {
    this.#tooLarge.set(session, callback);
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
    await this.closeWith((done) => this.http.close(done));
  }

  /**
   * Ends every connection, whatever its peer does. `close` ends the server, and calls back when it has ended. Resolves when
   * all is gone, or soon.
   */
  async closeWith(close: (done: () => void) => unknown): Promise<void> {
    const closed = new Promise<void>((resolve) => close(() => resolve()));
    await this.#carriers.destroyAll();
    await atMost(CLOSE_MS, closed);
  }

  #route(request: IncomingMessage): Route {
    const { url = '', headers, socket } = request;
    const asked = { url, headers, address: socket.remoteAddress ?? '' };
    return routeOf(asked, { paths: this.#paths, control: this.#servesControl });
  }

  /** To Socket.IO, under the path that it knows, unless it is refused. */
  #enter(request: IncomingMessage, url: string, sessionOf: Attached['sessionOf']): object | undefined {
    if (this.#refuses(request)) {
      const { status } = this.#refusing;
      this.#refusing.times -= 1;
      this.#refused.set(request, { status, message: REFUSED_BY_TEST });
      this.#tell({ status, message: 'as the test has asked with `refuse()`' });
      return undefined;
    }
    const id = sessionIdOf(request);
    request.url = url;
    if (id === undefined) return undefined;
    this.#awaited.get(id)?.();
    const session = sessionOf(id);
    if (session !== undefined) this.#carriers.add(session, request.socket);
    return session;
  }

  /** By its path alone: what Socket.IO turns away it tells itself. */
  #tellIfTurnedAway(request: IncomingMessage, route: Route): void {
    const { url = '' } = request;
    if (!isHandshake(request) || isPage(url)) return;
    if (route.to === 'pages') this.#tell(wrongPath(url, this.#paths));
    else if (route === NO_SCRIPTS && !url.startsWith(CONTROL_PATH)) {
      this.#tell({ reason: 'transport', message: 'JSONP was asked for; leave out the parameter `j`' });
    }
  }

  #tell(refusal: ConnectionRefusal | undefined): void {
    if (refusal !== undefined) this.#observe({ kind: 'refused', refusal });
  }

  /** engine.io answers with 413 and tells nobody. */
  #watchSize(session: object, request: IncomingMessage, response: ServerResponse): void {
    response.once('finish', () => {
      const length = Number(request.headers['content-length']);
      if (response.statusCode === TOO_LARGE) this.#tooLarge.get(session)?.(Number.isNaN(length) ? undefined : length);
    });
  }

  /** Only a request without an engine.io session opens a connection. */
  #refuses(request: IncomingMessage): boolean {
    return this.#refusing.times > 0 && sessionIdOf(request) === undefined;
  }
}

const REFUSED_BY_TEST = 'echo-sts refuses this connection, as the test has asked with `refuse()`.';

function destroyUnlessRead(socket: Socket): void {
  const { bytesRead } = socket;
  afterReading({ wake: () => socket.bytesRead === bytesRead && socket.destroy() });
}

function answer(response: ServerResponse, { status, message }: HttpRefusal): void {
  const text = `${message}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  });
  response.end(text);
}

function sessionIdOf({ url = '' }: IncomingMessage): string | undefined {
  return parametersOf(url).get('sid') ?? undefined;
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
