/** What a worker says of itself when it connects, and what is then dropped of its first request. */

import type { Socket } from 'socket.io';
import type { Handshake } from '../core/snapshot.js';

const UNNAMED: Handshake = Object.freeze({});

/**
 * Returns the optional headers of PROTOCOL §1. Of the first request only what another socket on the same connection needs
 * is kept then: Socket.IO would keep all of it, for thousands of connections.
 */
export function takeHandshake(socket: Socket): Handshake {
  const { headers } = socket.handshake;
  const streamId = headers['x-stream-id'];
  const workerId = headers['x-worker-id'];
  socket.request.rawHeaders = [];
  Reflect.set(socket, 'handshake', undefined);
  if (streamId === undefined && workerId === undefined) return UNNAMED;
  return {
    ...(typeof streamId === 'string' && { streamId }),
    ...(typeof workerId === 'string' && { workerId }),
  };
}
