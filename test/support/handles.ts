/** Handles of both kinds: one in this process, and one that is connected to a fixture as another process would be. */

import { type AnyEchoSts, connectEchoSts, type EchoStsOptions, type RemoteEchoSts } from 'echo-sts';
import { afterEach } from 'vitest';
import { useServers } from './servers.js';

export const PLACES = ['local', 'remote'] as const;
export type Place = (typeof PLACES)[number];

/** To be called once, at the top of a test file. */
export function useHandles() {
  const { start, join, tryToConnect } = useServers();
  const remotes: RemoteEchoSts[] = [];

  afterEach(async () => {
    await Promise.all(remotes.splice(0).map((remote) => remote.close()));
  });

  const connect = async (...[address, options]: Parameters<typeof connectEchoSts>): Promise<RemoteEchoSts> => {
    const remote = await connectEchoSts(address, options);
    remotes.push(remote);
    return remote;
  };
  /** A fixture, and the handle that is closed along with it. */
  const handle = async (place: Place, options: EchoStsOptions = {}): Promise<AnyEchoSts> => {
    const sts = await start({ ...options, control: true });
    return place === 'local' ? sts : connect(sts.controlUrl);
  };
  return { start, join, tryToConnect, connect, handle };
}
