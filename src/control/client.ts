/** The side of another process: connects to a fixture and makes a handle of it. */

import type { io as Io } from 'socket.io-client';
import type { RemoteEchoSts } from './any-handle.js';
import { type Address, ControlConnection } from './control-connection.js';
import { remoteHandle } from './remote.js';

/** `io` is that of socket.io-client, which not everybody has. */
export async function connectTo(io: typeof Io, address: Address): Promise<RemoteEchoSts> {
  return remoteHandle(await ControlConnection.connect(io, address));
}
