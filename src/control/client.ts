/** The client side: connects to a fixture in another process and makes a handle. */

import type { io as Io } from 'socket.io-client';
import type { RemoteEchoSts } from './any-handle.js';
import { type Address, ControlConnection } from './control-connection.js';
import { remoteHandle } from './remote.js';

/** `io` is that of the optional package socket.io-client. */
export async function connectTo(io: typeof Io, address: Address): Promise<RemoteEchoSts> {
  return remoteHandle(await ControlConnection.connect(io, address));
}
