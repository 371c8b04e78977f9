/** The end of TCP connections, also of those whose end Node does not announce. */

import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { Carriers, reset } from '../../src/server/carriers.js';
import { createHttpServer } from '../../src/server/http-server.js';
import { makeCertificate } from '../support/certificate.js';
import { secondsOf } from '../support/seconds.js';

const KINDS = ['HTTP', 'HTTPS'] as const;

/** A server, and both ends of a connection to it. */
async function connected(kind: (typeof KINDS)[number] = 'HTTP') {
  const { key, cert } = await makeCertificate();
  const isSecure = kind === 'HTTPS';
  const tls = isSecure ? { key: [key], cert: [cert], passphrase: undefined } : undefined;
  const http: Server = createHttpServer(
    tls,
    () => true,
    (_, response) => response.end(),
  );
  const carriers = new Carriers(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  const accepting = new Promise<Socket>((resolve) => http.once(isSecure ? 'secureConnection' : 'connection', resolve));
  const peer = isSecure ? connectTls({ port, host: '127.0.0.1', ca: cert }) : connect(port, '127.0.0.1');
  await new Promise((resolve) => peer.once(isSecure ? 'secureConnect' : 'connect', resolve));
  onTestFinished(() => void peer.destroy());
  const ended = new Promise<string>((resolve) => {
    peer.once('error', ({ message }) => resolve(message));
    peer.once('end', () => resolve('ended'));
  });
  peer.resume();
  return { http, carriers, socket: await accepting, peer, ended };
}

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

describe.each(KINDS)('a connection over %s that is reset', (kind) => {
  it('is closed, and its peer is told that it was reset', async () => {
    const { socket, ended } = await connected(kind);
    reset(socket);
    await closed(socket);
    expect(await ended).toBe('read ECONNRESET');
  });

  it('is closed also while Node is shutting it down', async () => {
    const { socket, peer } = await connected(kind);
    socket.write('the last word');
    socket.destroySoon();
    expect([socket.writableEnded, socket.writableFinished]).toEqual([true, false]);
    reset(socket);
    await Promise.all([closed(socket), closed(peer)]);
  });

  it('hands over first what was written', async () => {
    const { socket, peer } = await connected(kind);
    let length = 0;
    peer.on('data', (bytes: Buffer) => {
      length += bytes.length;
    });
    socket.write(Buffer.alloc(50_000));
    reset(socket);
    await Promise.all([closed(socket), closed(peer)]);
    expect(length).toBe(50_000);
  });

  it('may be reset twice, and destroyed before that', async () => {
    const { socket } = await connected(kind);
    socket.end();
    reset(socket);
    reset(socket);
    socket.destroy();
    await closed(socket);
    reset(socket);
  });
});

describe('all connections', () => {
  it('are gone once they are destroyed', async () => {
    const { carriers, peer } = await connected();
    await carriers.destroyAll();
    await closed(peer);
  });

  it('are waited for until the last one is closed, and not at all when there is none', async () => {
    const { http, carriers, socket } = await connected();
    const { port } = http.address() as AddressInfo;
    const accepting = new Promise<Socket>((resolve) => http.once('connection', resolve));
    const second = connect(port, '127.0.0.1');
    onTestFinished(() => void second.destroy());
    const late = await accepting;
    late.destroy = () => late;
    const steps: string[] = [];
    const gone = carriers.destroyAll().then(() => steps.push('all closed'));
    await closed(socket);
    await nextTurn();
    steps.push('one closed');
    Reflect.deleteProperty(late, 'destroy');
    late.destroy();
    await gone;
    const none = carriers.destroyAll().then(() => steps.push('none open'));
    await nextTurn();
    steps.push('a turn later');
    await none;
    expect(steps).toEqual(['one closed', 'all closed', 'none open', 'a turn later']);
  });

  it('are not waited for when one does not say that it is gone', async () => {
    const { http, carriers, socket } = await connected();
    const { destroy } = socket;
    socket.destroy = () => socket;
    expect(await secondsOf(() => carriers.destroyAll())).toBeLessThan(2);
    expect(http.listening).toBe(true);
    socket.destroy = destroy;
    socket.destroy();
    await closed(socket);
  });
});

describe('an engine.io session', () => {
  it('stands on the connections of its requests that are still open', async () => {
    const { carriers, socket } = await connected();
    const { socket: gone } = await connected();
    const session = { request: { socket: gone } };
    gone.destroy();
    expect(carriers.of(session)).toEqual(new Set());
    carriers.add(session, socket);
    carriers.add(session, socket);
    expect(carriers.of(session)).toEqual(new Set([socket]));
  });
});
