/** The server of Node under everything: HTTP, or HTTPS where there is a key for it. */

import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { TlsSettings } from '../options/tls.js';

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
