/** A request for an upgrade that is not granted: it is answered as an ordinary request (RFC 9110, section 7.8). */

import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { announce } from './http-server.js';

/** Hop-by-hop headers of the upgrade (RFC 9110, section 7.6.1). */
const UPGRADE_HEADERS = ['upgrade', 'http2-settings'];

/**
 * Node releases a connection when it emits `upgrade`: the request is put back without the upgrade headers, and the
 * connection is announced as new. `head` is what followed the request.
 */
export function readAnew(http: Server, request: IncomingMessage, socket: Socket, head: Buffer): void {
  socket.unshift(Buffer.concat([Buffer.from(textOf(request), 'latin1'), head]));
  announce(http, socket);
}

function textOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    const kept = name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value;
    if (!UPGRADE_HEADERS.includes(name.toLowerCase()) && kept !== '') lines.push(`${name}: ${kept}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !UPGRADE_HEADERS.includes(option.toLowerCase())).join(', ');
}
