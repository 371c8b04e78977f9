/** How many workers are disconnected at once: everybody is disconnected before anything is written. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeGracefully } from '../../src/server/graceful-close.js';
import { SocketPeer } from '../../src/server/socket-peer.js';
import { ScriptedPeer } from '../support/scripted-peer.js';

/** Peers of workers that note what is done to them, in order. */
function notedPeers(names: readonly string[]) {
  const notes: string[] = [];
  class NotedPeer extends ScriptedPeer {
    readonly #name: string;

    constructor(name: string) {
      super({}, { said: () => {}, gone: () => {} });
      this.#name = name;
    }

    override hold(): () => void {
      notes.push(`hold ${this.#name}`);
      return () => notes.push(`release ${this.#name}`);
    }

    override async disconnect(): Promise<void> {
      notes.push(`disconnect ${this.#name}`);
    }

    override destroy(): void {
      notes.push(`destroy ${this.#name}`);
    }
  }
  return { notes, peers: names.map((name) => new NotedPeer(name)) };
}

/** A Socket.IO server, and both ends of a connection for each worker. */
async function connectedPeers(count: number) {
  const http = createServer();
  const server = new Server(http);
  onTestFinished(() => server.close());
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const ends = [];
  while (ends.length < count) {
    const worker = io(`http://127.0.0.1:${port}`, { forceNew: true, transports: ['websocket'], reconnection: false });
    onTestFinished(() => void worker.close());
    const [socket] = (await once(server, 'connection')) as [Socket];
    const carriersOf = () => [socket.request.socket];
    const peer = new SocketPeer(socket, { carriersOf, isTooMuch: () => false, maxMessageBytes: 1_000_000 });
    const received: string[] = [];
    worker.onAny((event: string) => received.push(event));
    worker.on('disconnect', (reason) => received.push(reason));
    ends.push({ peer, worker, received });
  }
  return ends;
}

describe('a graceful close', () => {
  it('disconnects all workers before anything is written to one of them, and ends the connections last', async () => {
    const { notes, peers } = notedPeers(['a', 'b']);
    await closeGracefully(peers);
    const [disconnects, releases] = [
      ['disconnect a', 'disconnect b'],
      ['release a', 'release b'],
    ];
    expect(notes).toEqual(['hold a', 'hold b', ...disconnects, ...releases, 'destroy a', 'destroy b']);
  });

  it('writes what was said before, then the disconnect, to each of them', async () => {
    const ends = await connectedPeers(3);
    for (const { peer } of ends) peer.say([{ event: 'result', payload: {} }]);
    const gone = ends.map(({ worker }) => new Promise((resolve) => worker.once('disconnect', resolve)));
    await closeGracefully(ends.map(({ peer }) => peer));
    await Promise.all(gone);
    for (const { received } of ends) expect(received).toEqual(['result', 'io server disconnect']);
  });
});

describe('a peer that is held', () => {
  it('gets what was said before, and the rest when it is released', async () => {
    const [held, free] = await connectedPeers(2);
    if (held === undefined || free === undefined) throw new Error('Two workers are expected.');
    held.peer.say([{ event: 'before', payload: {} }]);
    const release = held.peer.hold();
    for (const { peer } of [held, free]) peer.say([{ event: 'after', payload: {} }]);
    held.peer.flush();
    expect(await free.peer.heard()).toBe(true);
    expect([held.received, free.received]).toEqual([['before'], ['after']]);
    release();
    expect(await held.peer.heard()).toBe(true);
    expect(held.received).toEqual(['before', 'after']);
  });
});
