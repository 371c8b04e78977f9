/** The end of a connection that the service decides on: after the linger of PROTOCOL §3, a fatal error, or when told to. */

import type { Disconnect } from './protocol.js';

/** A Socket.IO disconnect. */
export function hangUp(reason: string): Disconnect {
  return { kind: 'disconnect', how: 'server-disconnect', reason };
}
