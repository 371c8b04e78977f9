/** Who may control a fixture, how others are refused, and that no setting for workers applies to control clients. */

import { connectEchoSts, type EchoStsOptions, manualClock } from 'echo-sts';
import { describe, expect, it, vi } from 'vitest';
import { useControlPeers } from '../support/control-peer.js';
import { useHandles } from '../support/handles.js';
import { watchHost } from '../support/host.js';
import { dial } from '../support/raw-peer.js';
import { rejection } from '../support/rejection.js';
import { secondsOf } from '../support/seconds.js';
import { unusedPort } from '../support/servers.js';

watchHost();
const { start, join, tryToConnect, connect } = useHandles();
const peers = useControlPeers();

const GOOD = { version: 1, client: 'c-1', token: 'right' };

describe('a control client', () => {
  it('is let in with the right token, wherever it stands', async () => {
    const { url, controlUrl } = await start({ control: { token: 'r/ght &=' } });
    expect(controlUrl).toBe(`${url}/control?token=r%2Fght%20%26%3D`);
    expect(await (await connect(controlUrl)).connections).toBe(0);
    expect(await (await connect(url, { token: 'r/ght &=' })).connections).toBe(0);
    vi.stubEnv('ECHO_STS_CONTROL', controlUrl);
    const sts = await connect();
    vi.unstubAllEnvs();
    expect(await sts.url).toBe(url);
    const peer = await peers.join(url, { version: 1, client: 'c-1' }, { query: { token: 'r/ght &=' } });
    expect(await peer.call('fixture', 'connections')).toEqual({ value: 0 });
  });

  it.each([
    ['the wrong token', { ...GOOD, token: 'wrong' }, /^The token is wrong or missing; pass .+\.$/],
    ['a part of the token', { ...GOOD, token: 'righ' }, /^The token is wrong/],
    ['no token', { version: 1, client: 'c-1' }, /^The token is wrong/],
    ['a token that is no text', { ...GOOD, token: ['right'] }, /^The token is wrong/],
    [
      'another version',
      { ...GOOD, version: 2 },
      /uses version 1 of the control protocol, and the client uses 2; install/,
    ],
    ['no version', { client: 'c-1' }, /uses version 1 of the control protocol, and the client uses nothing; install/],
    ['no name', { ...GOOD, client: '' }, /^`client` must be a text/],
    ['a name that is no text', { ...GOOD, client: {} }, /^`client` must be a text/],
  ])('is refused with %s', async (_, auth, message) => {
    const { url } = await start({ control: { token: 'right' } });
    const refusal = await peers.tryToConnect(url, auth).received();
    expect(refusal).toEqual({ code: 'CONTROL_REFUSED', message: expect.stringMatching(message) });
  });

  it('is refused when it says that it is back, and is not known', async () => {
    const { url } = await start({ control: true });
    const refusal = await peers.tryToConnect(url, { ...GOOD, isBack: true }).received();
    expect(refusal).toMatchObject({
      code: 'DISCONNECTED',
      message: expect.stringMatching(/disconnected for too long/),
    });
  });

  it.each([
    ['an `Origin`', { Origin: 'http://127.0.0.1:5173' }, 'websocket'],
    ['an `Origin`', { Origin: 'http://127.0.0.1:5173' }, 'polling'],
    ['`Sec-Fetch-Site`', { 'Sec-Fetch-Site': 'same-site' }, 'websocket'],
    ['`Sec-Fetch-Site`', { 'Sec-Fetch-Site': 'same-site' }, 'polling'],
    ['the name of a host elsewhere', { Host: 'rebound.example:80' }, 'websocket'],
    ['a name that begins like an address of this machine', { Host: '127.0.0.1.rebound.example' }, 'websocket'],
  ])('is refused with %s, as a web page has one, at its first request', async (_, extraHeaders, transport) => {
    const { url } = await start({ control: true, cors: true });
    const { description } = await peers.tryToConnect(url, GOOD, { extraHeaders, transports: [transport] }).received();
    expect(description.message ?? description).toEqual(
      transport === 'polling' ? 403 : 'Unexpected server response: 403',
    );
  });

  it.each([
    ['reads', 'GET', ''],
    ['joins', 'POST', '40/control,{"version":1,"client":"c-1"}'],
  ])('is refused when a web page %s the session that it has begun', async (_, method, packet) => {
    const sts = await start({ control: true });
    const poll = `${sts.url}/control/?EIO=4&transport=polling`;
    const { sid }: { sid: string } = JSON.parse((await (await fetch(poll)).text()).slice(1));
    const body = method === 'POST' && { body: packet };
    const answer = await fetch(`${poll}&sid=${sid}`, { method, ...body, headers: { origin: 'http://127.0.0.1:5173' } });
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringMatching(/^Control is refused: web pages have no access; connect from a process/),
    ]);
  });

  it('gets no JSONP, and neither does a worker', async () => {
    const { url } = await start({ control: true });
    for (const path of ['/control/', '/socket.io/', '/ws/sts']) {
      const answer = await fetch(`${url}${path}?EIO=4&transport=polling&j=0`);
      expect([answer.status, await answer.text()]).toEqual([400, expect.stringMatching(/^JSONP is not served: /)]);
    }
  });

  it.each([
    ['says nothing of itself', '40/control,', '44/control,{"message":"The fixture uses version 1'],
    [
      'names itself by something else',
      '40/control,{"version":1,"client":{"__proto__":1}}',
      '44/control,{"message":"`client` must',
    ],
    ['comes to the namespace of workers', '40', '44{"message":"Control clients connect to the namespace /control."}'],
  ])('is refused when it %s', async (_, packet, answer) => {
    const sts = await start({ control: true });
    const peer = await dial(sts.port);
    peer.upgrade('/control/?EIO=4&transport=websocket');
    await peer.until('pingTimeout');
    peer.send(packet);
    await peer.until(answer);
    peer.destroy();
    expect([sts.connections, sts.timeline()]).toEqual([0, []]);
  });

  it('gets the refusal as an EchoStsError that points to the line that connects', async () => {
    const { url } = await start({ control: { token: 'right' } });
    const { code, message, stack } = await rejection(connectEchoSts(url, { token: 'wrong' }));
    expect([code, message]).toEqual(['CONTROL_REFUSED', expect.stringMatching(/^The token is wrong/)]);
    expect(stack?.split('\n    at ')[1]).toContain('server.test.ts');
  });

  it('is advised what to do where nobody serves control', async () => {
    const { url } = await start();
    const nobody = `http://127.0.0.1:${await unusedPort()}`;
    for (const address of [url, `${url}/control`, nobody]) {
      const { code, message } = await rejection(connectEchoSts(address));
      expect([code, message]).toEqual(['DISCONNECTED', expect.stringMatching(/ replies at .+ `control: true`\.$/)]);
    }
  });

  it.each([undefined, '', 'news', '127.0.0.1:8000', 'ftp://127.0.0.1/', 'http://', 5])(
    'cannot go to %s',
    async (address) => {
      const { code, message } = await rejection(connectEchoSts(address as string));
      expect([code, message]).toEqual([
        'INVALID_OPTION',
        expect.stringMatching(/^`address` expected .+ ECHO_STS_CONTROL\.$/),
      ]);
    },
  );

  it('has no other options than a token', async () => {
    for (const options of [{ token: '' }, { token: 5 }, { tokn: 'x' }, 5]) {
      const { code } = await rejection(connectEchoSts('http://127.0.0.1:1', options as object));
      expect(code).toBe('INVALID_OPTION');
    }
  });
});

describe('what is set for workers does not concern control clients:', () => {
  const settings: Record<string, EchoStsOptions> = {
    'a token': { auth: { token: 'secret' } },
    'no more connections': { maxConnections: 1 },
    'another path': { paths: ['/only'] },
    'polling alone': { transports: ['polling'] },
    'websocket alone': { transports: ['websocket'] },
    'messages of a few bytes': { maxMessageBytes: 1 },
    'a ping that nobody can answer in time': { pingIntervalMs: 1, pingTimeoutMs: 1 },
  };

  it.each(Object.entries(settings))('%s', async (_, options) => {
    const { url } = await start({ ...options, control: true });
    const first = await connect(url);
    const second = await connect(url);
    const byPolling = await peers.join(url, GOOD, { transports: ['polling'] });
    await first.expectEvent({ event: 'stream:end', times: 0, where: { reason: 'x'.repeat(1000) } });
    expect([await first.connections, await second.sessions, await second.timeline()]).toEqual([0, [], []]);
    expect(await byPolling.call('fixture', 'violations')).toEqual({ value: [] });
  });

  it('`refuse()`, which goes on to refuse workers', async () => {
    const sts = await start({ control: true });
    sts.refuse({ times: 1 });
    const remote = await connect(sts.controlUrl);
    await tryToConnect(sts.url).next('connect_error');
    await join(sts);
    expect(await remote.connections).toBe(1);
  });

  it('cuts, rest and a manual clock', async () => {
    const sts = await start({ control: true, clock: manualClock() });
    const remote = await connect(sts.controlUrl);
    await remote.cut({ at: 'now', how: 'reset' });
    await remote.idle({ timeoutMs: 500 });
    await remote.clock.advance(1000);
    expect([await remote.clock.now(), sts.sessions]).toEqual([1000, []]);
  });
});

it('a worker that asks for a WebSocket where there is none is answered, with control on as well', async () => {
  const sts = await start({ control: true, transports: ['polling'] });
  const worker = tryToConnect(sts.url);
  expect(String(await worker.next('connect_error'))).toContain('websocket error');
});

it('a fixture with control clients is closed within a second, and they are notified', async () => {
  const sts = await start({ control: true });
  const remote = await connect(sts.controlUrl);
  const polling = await peers.join(sts.url, GOOD, { transports: ['polling'] });
  const gone = new Promise((resolve) => polling.socket.once('disconnect', resolve));
  const [wait, scope] = [rejection(remote.waitFor('stream:end')), await remote.scope({ streamId: 'a' })];
  const [step, scopeStep] = [remote.entries().next(), scope.entries().next()];
  expect(await secondsOf(sts.close)).toBeLessThan(1);
  expect(await wait).toMatchObject({ code: 'CLOSED', message: expect.stringMatching(/^`close\(\)` was called while/) });
  expect([(await step).done, (await scopeStep).done, await gone]).toEqual([true, true, 'io server disconnect']);
  expect((await rejection(remote.sessions)).message).toBe('The fixture in the other process was closed.');
  await remote.close();
});
