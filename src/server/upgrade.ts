/** Which requests for an upgrade are granted: a handshake of WebSocket has no body (RFC 6455, section 4.1). */

import type { IncomingMessage } from 'node:http';

type Headed = Pick<IncomingMessage, 'headers'>;

/**
 * Other upgrades can be ignored, such as HTTP/2 over plain text, which Java's client offers with each first request.
 */
export function isWebSocket({ headers }: Headed): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Node emits `upgrade` before it has read a body. */
export function isUpgradeWithBody({ headers }: Headed): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return headers.upgrade !== undefined && hasBody;
}
