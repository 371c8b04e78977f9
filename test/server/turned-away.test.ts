/** Who is turned away before there is a session is told: what was asked for, and what helps. Alike ones are one note. */

import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { connectEchoSts, type EchoSts, type EchoStsOptions } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificate.js';
import { watchHost } from '../support/host.js';
import { dial } from '../support/raw-peer.js';
import { rejection } from '../support/rejection.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join, tryToConnect } = useServers();
const certificate = await makeCertificate();

const refused = (sts: EchoSts) => sts.timeline({ event: 'refused' }).map(({ payload }) => payload);

/** The text of a wait in vain, on one line. */
async function textOf(sts: Pick<EchoSts, 'waitFor'>): Promise<string> {
  const { message } = await rejection(sts.waitFor('stream:init', { timeoutMs: 0 }));
  return message.replace(/\s+/g, ' ');
}

/** Resolves with what `fetch` cannot say: the connection is gone. */
function speak(socket: ReturnType<typeof connectTcp>, bytes?: string): Promise<void> {
  if (bytes !== undefined) socket.write(bytes);
  socket.resume().on('error', () => socket.destroy());
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

type Attempt = (sts: EchoSts) => Promise<unknown>;

const asks =
  (path: string, method = 'GET'): Attempt =>
  (sts) =>
    fetch(sts.url + path, { method });
const upgrades =
  (path: string): Attempt =>
  async ({ port }) => {
    const peer = await dial(port);
    peer.upgrade(path);
    await peer.until('\r\n\r\n');
  };
const connects =
  (behind: string, options: object = {}): Attempt =>
  (sts) =>
    tryToConnect(sts.url + behind, options).next('connect_error');

type Case = [name: string, reason: string, message: RegExp, attempt: Attempt, options?: EchoStsOptions];

const CASES: Case[] = [
  ['an unknown namespace', 'namespace', /"\/sts" was requested.*io\(sts\.url\)/, connects('/sts')],
  ['one over polling', 'namespace', /"\/sts"/, connects('/sts', { transports: ['polling'] })],
  ['one with a query', 'namespace', /"\/sts" was/, connects('/sts?token=secret')],
  ['a path in place of the namespace', 'namespace', /path: "\/ws\/sts" /, connects('/ws/sts')],
  ['a wrong path', 'path', /"\/sts\/" was requested.*\/socket\.io\/ and \/ws\/sts\//, connects('', { path: '/sts' })],
  ['one over polling', 'path', /"\/sts\/"/, connects('', { path: '/sts', transports: ['polling'] })],
  ['one of a bare WebSocket', 'path', /"\/chat" was/, upgrades('/chat')],
  ['one where there is no websocket', 'path', /"\/chat" was/, upgrades('/chat'), { transports: ['polling'] }],
  [
    'polling where there is none',
    'transport',
    /"polling".*\['websocket'\]/,
    connects('', { transports: ['polling'] }),
    { transports: ['websocket'] },
  ],
  [
    'a websocket where there is none',
    'transport',
    /"websocket".*\['polling'\]/,
    connects(''),
    { transports: ['polling'] },
  ],
  ['an unknown transport', 'transport', /"carrier pigeon"/, asks('/socket.io/?EIO=4&transport=carrier%20pigeon')],
  ['a bare WebSocket', 'transport', /transport nothing/, upgrades('/socket.io/')],
  ['JSONP', 'transport', /JSONP/, asks('/socket.io/?EIO=3&transport=polling&j=0')],
  ['a client of Socket.IO 2', 'protocol', /EIO="3".*EIO=4/, asks('/socket.io/?EIO=3&transport=polling')],
  ['one by websocket', 'protocol', /EIO="3"/, upgrades('/socket.io/?EIO=3&transport=websocket')],
  ['no version', 'protocol', /no protocol version/, asks('/socket.io/?transport=polling')],
  ['a POST', 'handshake', /"POST".*GET/, asks('/socket.io/?EIO=4&transport=polling', 'POST')],
  ['a websocket without its header', 'handshake', /proxy/, asks('/socket.io/?EIO=4&transport=websocket')],
  ['a preflight', 'cors', /option `cors`/, asks('/socket.io/?EIO=4&transport=polling', 'OPTIONS')],
  [
    'TLS on a plain port',
    'tls',
    /http:\/\/ instead of https:\/\//,
    ({ port }) => speak(connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })),
  ],
  [
    'plain HTTP on a port of TLS',
    'tls',
    /https:\/\/ instead of http:\/\//,
    ({ port }) => speak(connectTcp(port, '127.0.0.1'), 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
    { tls: certificate },
  ],
  [
    'an event before the CONNECT',
    'no-connect',
    /something else arrived first/,
    async ({ port }) => {
      const peer = await dial(port);
      peer.upgrade('/socket.io/?EIO=4&transport=websocket');
      await peer.until('pingInterval');
      peer.send('42["stream:init",{}]');
    },
  ],
];

describe('a refusal is told of', () => {
  it.each<Case>(CASES)('%s: %s', async (_, reason, message, attempt, options) => {
    const sts = await start(options);
    await attempt(sts);
    const note = await sts.waitFor('refused');
    expect(note.payload).toEqual({ reason, message: expect.stringMatching(message) });
    expect(note).not.toHaveProperty('sessionId');
    const text = await textOf(sts);
    expect(text).toContain('no worker has got in');
    expect(text).toMatch(message);
    expect(text).not.toContain('no worker has connected');
    expect(sts.sessions).toEqual([]);
  });
});

describe('no worker is', () => {
  it.each<[string, Attempt, EchoStsOptions?]>([
    ['a browser that wants an icon', asks('/favicon.ico')],
    [
      'whoever looks at a page',
      (sts) => Promise.all(['/health', '/metrics', '/sessions?EIO=4'].map((page) => asks(page)(sts))),
    ],
    ['one by WebSocket', upgrades('/health')],
    ['who asks for a session that is gone', asks('/socket.io/?EIO=4&transport=polling&sid=gone')],
    ['who looks whether Socket.IO is there', asks('/socket.io/')],
    ['a control client where there is no control', (sts) => rejection(connectEchoSts(sts.url))],
    ['a client with the address of control', connects('/control')],
  ])('%s', async (_, attempt, options) => {
    const sts = await start(options);
    await attempt(sts);
    await connects('/last')(sts);
    await sts.waitFor('refused');
    expect(refused(sts).map(({ message }) => message)).toEqual([expect.stringContaining('/last')]);
  });

  it('a control client', async () => {
    const sts = await start({ control: true });
    const remote = await connectEchoSts(sts.controlUrl);
    expect(await remote.timeline()).toEqual([]);
    await remote.close();
  });
});

describe('alike ones', () => {
  it('are counted in one note', async () => {
    const sts = await start();
    for (const path of ['/sts', '/sts', '/other', '/sts']) await connects(path)(sts);
    expect(refused(sts)).toEqual([
      { reason: 'namespace', message: expect.stringContaining('"/sts"'), times: 3 },
      { reason: 'namespace', message: expect.stringContaining('"/other"') },
    ]);
    const text = await textOf(sts);
    expect(text).toMatch(/nearest [^#]*#1 [^#]*"\/sts"[^#]*, 3 times/);
    expect(text).toMatch(/refused #2 [^#]*"\/other"/);
    const metrics = await (await fetch(`${sts.url}/metrics`)).text();
    expect(metrics).toContain('ws_connections_refused_total{reason="namespace"} 4');
  });

  it('take no memory, and no more notes, when each is different', async () => {
    const sts = await start();
    for (let n = 0; n < 60; n += 1) await asks(`/path-${n}?EIO=4`)(sts);
    expect(refused(sts)).toHaveLength(33);
    expect(refused(sts).at(-1)).toMatchObject({ times: 28 });
  });

  it('begin anew with `reset()`', async () => {
    const sts = await start();
    await connects('/sts')(sts);
    await sts.reset();
    expect(await textOf(sts)).toContain('no worker has connected');
    await connects('/sts')(sts);
    expect(refused(sts)).toEqual([expect.not.objectContaining({ times: expect.anything() })]);
  });
});

describe('the texts', () => {
  it('of a scope without a session say who was turned away', async () => {
    const sts = await start();
    await using scope = sts.scope({ streamId: 'news/' });
    await connects('/sts')(sts);
    const { message } = await rejection(scope.waitForSession({ timeoutMs: 0 }));
    expect(message).toMatch(/no session of this scope, which claims "news\/…";\s+#1 refused/);
    expect(scope.format()).toContain('"/sts"');
  });

  it('of a scope with a session do not', async () => {
    const sts = await start();
    await using scope = sts.scope({ streamId: 'news/' });
    await (await join(sts)).init({ stream_id: 'news/1' });
    await connects('/sts')(sts);
    const { message } = await rejection(scope.waitForSession({ state: 'completed', timeoutMs: 0 }));
    expect(message).not.toContain('refused');
  });

  it('of a fixture with a session do as well, for another worker may be meant', async () => {
    const sts = await start();
    await join(sts);
    await connects('/sts')(sts);
    expect((await rejection(sts.waitForSession({ streamId: 'b', timeoutMs: 0 }))).message).toMatch(
      /refused +#2 refused {2}namespace: .*"\/sts"/,
    );
  });

  it('are the same in another process', async () => {
    const sts = await start({ control: true });
    const remote = await connectEchoSts(sts.controlUrl);
    await connects('/sts')(sts);
    expect((await rejection(remote.waitForSession({ timeoutMs: 0 }))).message).toContain('"/sts"');
    await remote.close();
  });

  it('know of those that the timeline does not keep', async () => {
    const sts = await start({ timeline: { limit: 0 } });
    await connects('/sts')(sts);
    expect(await textOf(sts)).toContain('"/sts"');
  });

  it('show no more than the beginning of what was asked for, and nothing that does something', async () => {
    const sts = await start();
    await connects(`/${'x'.repeat(5000)}`)(sts);
    await connects('/\u001b[2J')(sts);
    const { message } = await rejection(sts.waitForSession({ timeoutMs: 0 }));
    expect(message).not.toContain('\u001b');
    expect(message.length).toBeLessThan(3000);
  });
});

describe('who is not in yet', () => {
  /** Resolves once what was sent before has been dealt with. */
  const seen = (sts: EchoSts, part: string) => expect.poll(() => textOf(sts), { timeout: 10_000 }).toContain(part);

  it('is told of where its client has sent no CONNECT', async () => {
    const sts = await start();
    tryToConnect(sts.url, { auth: () => {} });
    await seen(sts, 'one worker opened a transport 0.');
    expect(await textOf(sts)).toMatch(/sent no CONNECT: check that the `auth` function of its client calls back/);
    tryToConnect(sts.url, { auth: () => {} });
    await seen(sts, '2 workers opened a transport up to ');
    expect(sts.timeline()).toEqual([]);
  });

  it('is told of where the `auth` function has not returned yet', async () => {
    let admit = (_: boolean) => {};
    const answer = new Promise<boolean>((resolve) => {
      admit = resolve;
    });
    const sts = await start({ auth: () => answer });
    const worker = tryToConnect(sts.url);
    await seen(sts, 'one worker sent CONNECT 0.');
    expect(await textOf(sts)).toContain('the `auth` function has not returned yet');
    admit(true);
    await worker.next('connect');
    expect((await rejection(sts.waitFor('stream:end', { timeoutMs: 0 }))).message).not.toContain('CONNECT');
  });

  it('may be a web page', async () => {
    const sts = await start();
    await fetch(`${sts.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin: 'http://localhost:5173' } });
    expect(await textOf(sts)).toMatch(/page of "http:\/\/localhost:5173" may need the option `cors`/);
  });

  it('is told of once it is gone', async () => {
    const sts = await start();
    const worker = tryToConnect(sts.url, { auth: () => {} });
    await seen(sts, 'opened a transport 0.');
    worker.drop();
    await seen(sts, 'one worker disconnected before being admitted');
  });

  it('is nobody when the server itself has ended the connection', async () => {
    const sts = await start();
    tryToConnect(sts.url, { auth: () => {} });
    await seen(sts, 'opened a transport 0.');
    await sts.restart();
    expect(await textOf(sts)).toContain('no worker has connected');
  });
});
