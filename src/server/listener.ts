/** The HTTP server: finds its port, serves requests that are not for Socket.IO, and closes completely. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterReading } from '../clock/clock.js';
import { atMost } from '../clock/deadline.js';
import type { RefusalBook, Refused } from '../core/refusal-book.js';
import type { PortOption } from '../options/options.js';
import { CONTROL_PATH, withSlash } from '../options/paths.js';
import type { TlsSettings } from '../options/tls.js';
import type { ArrivalObserver, ConnectionRefusal } from '../record/observer.js';
import { bind, bindFirst, bindPreferred } from './bind.js';
import { Carriers } from './carriers.js';
import { createHttpServer, watchSchemes } from './http-server.js';
import { readAnew } from './ordinary-request.js';
import { isPage, type Pages } from './pages.js';
import { candidates } from './port-range.js';
import { type HttpRefusal, NO_SCRIPTS, parametersOf, type Route, routeOf } from './route.js';
import { isHandshake, wrongPath } from './turned-away.js';
import { isUpgradeWithBody, isWebSocket } from './upgrade.js';

/** Maximum wait for the server to close after its connections, which usually takes a turn or two, milliseconds. */
const CLOSE_MS = 500;

/** The HTTP status for a request whose body is too large. */
const TOO_LARGE = 413;

/** An engine.io session, as far as the listener knows it. */
interface EngineSession {
  readonly request: { readonly socket: Socket };
}

/** Socket.IO, once it is attached. */
interface Attached {
  /** Whether workers may use WebSocket. */
  readonly hasWebSocket: boolean;
  /** The open session with this id. */
  readonly sessionOf: (id: string) => object | undefined;
}

export interface ListenerOptions {
  readonly paths: readonly string[];
  readonly pages: Pages;
  readonly refusals: RefusalBook;
  readonly observe: ArrivalObserver;
  readonly tls: TlsSettings | undefined;
}

export class Listener {
  readonly http: Server;
  readonly #carriers: Carriers;
  readonly #paths: readonly string[];
  #servesControl = false;
  /** Callbacks for the next request of a session. */
  readonly #awaited = new Map<string, () => void>();
  /** Callbacks for a request of a session that is too large. */
  readonly #tooLarge = new WeakMap<object, (bytes: number | undefined) => void>();
  readonly #refusals: RefusalBook;
  /** How the attempt is refused that is read again as an ordinary request on this connection. */
  readonly #readAgain = new WeakMap<Socket, Refused>();
  readonly #refused = new WeakMap<IncomingMessage, HttpRefusal>();
  readonly #observe: ArrivalObserver;

  /**
   * Requests to these paths go to Socket.IO, all others to `pages`. `refusals` are applied to attempts to connect, and
   * `observe` is called for workers that are turned away.
   */
  constructor({ paths, pages, refusals, observe, tls }: ListenerOptions) {
    this.#observe = observe;
    this.#refusals = refusals;
    this.#paths = paths.map(withSlash);
    // Without its own listener, a Socket.IO server does not serve other paths.
    const isUpgrade = (request: IncomingMessage) =>
      this.http.listenerCount('upgrade') > 0 && !isUpgradeWithBody(request);
    this.http = createHttpServer(tls, isUpgrade, (request, response) => {
      const refusal = this.#refused.get(request);
      if (refusal === undefined) pages(request, response);
      else answer(response, refusal);
    });
    watchSchemes(this.http, tls !== undefined, (refusal) => this.#tell(refusal));
    this.#carriers = new Carriers(this.http);
    // Otherwise Node ends a connection even if the next request has arrived but is not read yet.
    this.http.on('timeout', (socket: Socket) => destroyUnlessRead(socket));
  }

  /** Call it once Socket.IO is attached: Socket.IO's listeners must get the rewritten path. */
  routePaths({ hasWebSocket, sessionOf }: Attached): void {
    this.http.prependListener('request', (request, response) => {
      // Node does not read what has arrived behind it.
      if (isUpgradeWithBody(request)) response.setHeader('connection', 'close');
      const route = this.#route(request);
      if (route.to === 'workers') {
        const session = this.#enter(request, route.url, sessionOf);
        if (session !== undefined) this.#watchSize(session, request, response);
      }
      if (route.to === 'control') request.url = route.url;
      if (route.to === 'refusal') this.#refused.set(request, route.refusal);
      this.#tellIfTurnedAway(request, route);
    });
    // Without WebSocket there is no upgrade listener, and Node treats upgrades as ordinary requests.
    if (this.http.listenerCount('upgrade') === 0) return;
    this.http.prependListener('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const route = isWebSocket(request) && !isUpgradeWithBody(request) ? this.#route(request) : undefined;
      if (route?.to === 'control') request.url = route.url;
      else if (route?.to === 'workers' && hasWebSocket && !this.#isRefused(request)) {
        this.#admit(request, route.url, sessionOf);
      } else {
        // A request that is read again counts as a worker's handshake only if its path says so.
        if (route !== undefined && !isHandshake({ url: request.url ?? '', headers: {} }))
          this.#tellIfTurnedAway(request, route);
        readAnew(this.http, request, socket, head);
      }
    });
  }

  /** From now on control clients are served, even if workers are refused. */
  serveControl(): void {
    this.#servesControl = true;
  }

  /** The TCP connections of an engine.io session: one over WebSocket, one or more over polling. */
  carriersOf(session: EngineSession): ReadonlySet<Socket> {
    return this.#carriers.of(session);
  }

  /** Calls back at the next request of an engine.io session, even a closed one. The returned function cancels that. */
  onceRequested(session: object, callback: () => void): () => void {
    // engine.io declares the id private, though every request of the session contains it.
    const id: string = Reflect.get(session, 'id');
    this.#awaited.set(id, callback);
    return () => this.#awaited.delete(id);
  }

  /**
   * Calls back with the declared size when a request of the session is refused because its body is too large. Only the
   * last callback for a session is called.
   */
  onTooLarge(session: object, callback: (bytes: number | undefined) => void): void {
    this.#tooLarge.set(session, callback);
  }

  /** Resolves with the port. */
  async listen(host: string, port: PortOption): Promise<number> {
    if (typeof port === 'number') return bind(this.http, host, port);
    if ('from' in port) return bindFirst(this.http, host, port, candidates(port, host));
    return bindPreferred(this.http, host, port);
  }

  /** Goes down like a crashed server; `listen` brings it up again. */
  async stop(): Promise<void> {
    await this.closeWith((done) => this.http.close(done));
  }

  /**
   * Ends every connection regardless of its peer. `close` ends the server and calls back when it has ended. Resolves
   * when all is closed, or after `CLOSE_MS`.
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

  /** Passes the request to Socket.IO, unless it is refused. */
  #enter(request: IncomingMessage, url: string, sessionOf: Attached['sessionOf']): object | undefined {
    const refused = this.#readAgain.get(request.socket) ?? this.#attempt(request);
    this.#readAgain.delete(request.socket);
    if (refused === undefined) return this.#admit(request, url, sessionOf);
    const { response, note } = REFUSED[refused.by];
    this.#refused.set(request, { status: refused.status, message: response });
    this.#tell({ status: refused.status, message: note });
    return undefined;
  }

  /** Passes the request to Socket.IO, with the internal path. */
  #admit(request: IncomingMessage, url: string, sessionOf: Attached['sessionOf']): object | undefined {
    const id = sessionIdOf(request);
    request.url = url;
    if (id === undefined) return undefined;
    this.#awaited.get(id)?.();
    const session = sessionOf(id);
    if (session !== undefined) this.#carriers.add(session, request.socket);
    return session;
  }

  /** Reports a refusal by path only: Socket.IO reports its own refusals. */
  #tellIfTurnedAway(request: IncomingMessage, route: Route): void {
    const { url = '' } = request;
    if (!isHandshake(request) || isPage(url)) return;
    if (route.to === 'pages') this.#tell(wrongPath(url, this.#paths));
    else if (route === NO_SCRIPTS && !url.startsWith(CONTROL_PATH)) {
      this.#tell({ reason: 'transport', message: 'JSONP was requested; remove the parameter `j`' });
    }
  }

  #tell(refusal: ConnectionRefusal | undefined): void {
    if (refusal !== undefined) this.#observe({ kind: 'refused', refusal });
  }

  /** engine.io responds with 413 without an event. */
  #watchSize(session: object, request: IncomingMessage, response: ServerResponse): void {
    response.once('finish', () => {
      const length = Number(request.headers['content-length']);
      if (response.statusCode === TOO_LARGE) this.#tooLarge.get(session)?.(Number.isNaN(length) ? undefined : length);
    });
  }

  /** Counts an attempt to connect: only a request without an engine.io session opens a connection. */
  #attempt(request: IncomingMessage): Refused | undefined {
    return sessionIdOf(request) === undefined ? this.#refusals.attempt() : undefined;
  }

  /** Whether an upgrade is refused. It is then read again, and must not count as a second attempt. */
  #isRefused(request: IncomingMessage): boolean {
    const refused = this.#attempt(request);
    if (refused !== undefined) this.#readAgain.set(request.socket, refused);
    return refused !== undefined;
  }
}

/** Who refuses an attempt, in the response and in the timeline. */
const REFUSED: Readonly<Record<Refused['by'], { readonly response: string; readonly note: string }>> = {
  test: {
    response: 'echo-sts refuses this connection, as requested by the test with `refuse()`.',
    note: 'as requested by the test with `refuse()`',
  },
  plan: {
    response: 'echo-sts refuses this connection, as planned in `refusals`.',
    note: 'as planned in `refusals`',
  },
};

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
