/** A control client in any language: it knows the messages of `docs/control.md`, and nothing of the library. */

import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { afterEach } from 'vitest';

export type Options = Partial<ManagerOptions & SocketOptions>;

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers as they are on the wire
export type Told = any;

export class ControlPeer {
  readonly socket: Socket;

  constructor(url: string, auth: object, options: Options = {}) {
    this.socket = io(`${url}/control`, {
      ...{ path: '/control/', transports: ['websocket'], forceNew: true, reconnection: false },
      ...{ auth, ...options },
    });
  }

  /** Resolves with how it is received: nothing, or the refusal. */
  received(): Promise<Told> {
    return new Promise((resolve) => {
      this.socket.once('connect', () => resolve(undefined));
      this.socket.once('connect_error', (error) => resolve(Reflect.get(error, 'data') ?? error));
    });
  }

  /** The answer to a message, whatever that is. */
  say(...message: unknown[]): Promise<Told> {
    return this.socket.emitWithAck('call', ...message);
  }

  call(on: string, name: string, ...args: unknown[]): Promise<Told> {
    return this.say({ on, name, args });
  }
}

/** To be called once, at the top of a test file. */
export function useControlPeers() {
  const peers: ControlPeer[] = [];

  afterEach(() => {
    for (const peer of peers.splice(0)) peer.socket.disconnect();
  });

  const tryToConnect = (url: string, auth: object = { version: 1, client: 'c-1' }, options?: Options): ControlPeer => {
    const peer = new ControlPeer(url, auth, options);
    peers.push(peer);
    return peer;
  };
  return {
    /** One that may not get in. */
    tryToConnect,
    /** One that is in. */
    async join(url: string, auth?: object, options?: Options): Promise<ControlPeer> {
      const peer = tryToConnect(url, auth, options);
      const refusal = await peer.received();
      if (refusal !== undefined) throw new Error(`Not let in: ${refusal.message}`);
      return peer;
    },
  };
}
