/** The server of Node under everything: HTTP, or HTTPS where there is a key for it. */

import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { TlsSettings } from '../options/tls.js';
import type { ConnectionRefusal } from '../record/observer.js';
import { wrongScheme } from './turned-away.js';

export function createHttpServer(tls: TlsSettings | undefined, answer: RequestListener): Server {
  return tls === undefined ? createServer(answer) : createSecureServer(tls, answer);
}

/** As if the connection were new: whoever reads requests from it begins anew. */
export function announce(http: Server, socket: Socket): void {
  http.emit(socket instanceof TLSSocket ? 'secureConnection' : 'connection', socket);
}

/** The connection that can be reset: TLS itself has no word for that. Node keeps the one under it without a public name. */
export function tcpUnder(socket: Socket): Socket {
  return socket instanceof TLSSocket ? (Reflect.get(socket, '_parent') ?? socket) : socket;
}

/** Calls back when somebody is turned away who has not got as far as a request. */
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

/** Of what cannot be read; anything else is a bad request. */
const UNREADABLE: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** As Node does where nobody listens. It keeps the answer that is under way without a public name. */
function answerUnreadable({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  const answer: unknown = Reflect.get(socket, '_httpMessage');
  const hasBegun = typeof answer === 'object' && answer !== null && Reflect.get(answer, 'headersSent') === true;
  const status = UNREADABLE[code] ?? 400;
  if (socket.writable && !hasBegun) {
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`);
  }
  socket.destroySoon();
}
