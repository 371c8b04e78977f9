/** Node's HTTP server, or HTTPS with a key. */

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  STATUS_CODES,
} from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { TlsSettings } from '../options/tls.js';
import type { ConnectionRefusal } from '../record/observer.js';
import { wrongScheme } from './turned-away.js';

/** Newer versions of Node call `isUpgrade` before they emit `upgrade`: if it returns false, the request is an ordinary one. */
export function createHttpServer(
  tls: TlsSettings | undefined,
  isUpgrade: (request: IncomingMessage) => boolean,
  answer: RequestListener,
): Server {
  const options: ServerOptions & { readonly shouldUpgradeCallback: typeof isUpgrade } = {
    ...tls,
    shouldUpgradeCallback: isUpgrade,
  };
  // Few fixtures use TLS, and to load it takes as long as to start one.
  return tls === undefined
    ? createServer(options, answer)
    : process.getBuiltinModule('node:https').createServer(options, answer);
}

/** Announces the connection as if it were new, so that requests are read from it again. */
export function announce(http: Server, socket: Socket): void {
  http.emit(isTls(socket) ? 'secureConnection' : 'connection', socket);
}

/** The TCP connection, which can be reset, unlike TLS. Node has no public property for it. */
export function tcpUnder(socket: Socket): Socket {
  return isTls(socket) ? (Reflect.get(socket, '_parent') ?? socket) : socket;
}

/** Calls back when a connection is turned away before its first request. */
export function watchSchemes(http: Server, isSecure: boolean, onRefused: (refusal: ConnectionRefusal) => void): void {
  const tell = (error: NodeJS.ErrnoException) => {
    const refusal = wrongScheme(error);
    if (refusal !== undefined) onRefused(refusal);
  };
  if (isSecure) http.on('tlsClientError', tell);
  else {
    http.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      tell(error);
      answerUnreadable(error, socket);
    });
  }
}

/** What Node says to go by. */
function isTls(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket && socket.encrypted === true;
}

/** The HTTP status of unreadable requests; any other is a bad request. */
const UNREADABLE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** As Node does without a listener. Node has no public property for the response in progress. */
function answerUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  const answer: unknown = Reflect.get(socket, '_httpMessage');
  const hasBegun = typeof answer === 'object' && answer !== null && Reflect.get(answer, 'headersSent') === true;
  const status = UNREADABLE[code] ?? 400;
  if (socket.writable && !hasBegun) {
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  }
  socket.destroySoon();
}
