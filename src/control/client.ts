/** The side of another process: connects to a fixture and makes a handle of it. */

import type { RemoteEchoSts } from './any-handle.js';
import { type Address, Caller } from './caller.js';
import { remoteHandle } from './remote.js';

export async function connectTo(address: Address): Promise<RemoteEchoSts> {
  return remoteHandle(await Caller.connect(address));
}
