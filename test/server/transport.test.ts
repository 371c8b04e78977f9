/** How a worker gets in: transports, paths, what is refused, and many at once (PROTOCOL §1). */

import { describe, expect, it } from 'vitest';
import { fragment, type TestWorker } from '../support/client.js';
import { outline } from '../support/expected.js';
import { dial } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';
import { itRunsStreamsAtOnce } from './many-streams.js';

const { start, join, tryToConnect } = useServers();
const POLL = '/socket.io/?EIO=4&transport=polling';
const TWO_FRAGMENTS = [
  'stream:ready',
  'fragment:ack fragment-0',
  'fragment:processed 0 success',
  'fragment:ack fragment-1',
  'fragment:processed 1 success',
  'stream:complete',
];

/** A stream of two fragments; all that the worker saw of it. */
async function stream(worker: TestWorker): Promise<string[]> {
  await worker.init();
  for (const number of [0, 1]) {
    worker.send('fragment:data', fragment(number));
    await worker.next('fragment:processed');
  }
  worker.send('stream:end', { stream_id: 'stream-1' });
  await worker.next('stream:complete');
  return outline(worker);
}

describe.each(['/socket.io/', '/socket.io', '/ws/sts', '/ws/sts/'])('at %s', (path) => {
  const at = { path, addTrailingSlash: false };

  it.each([['websocket'], ['polling']])('a worker streams over %s', async (transport) => {
    const worker = await join(await start(), { ...at, transports: [transport] });
    expect(await stream(worker)).toEqual(TWO_FRAGMENTS);
    expect(worker.socket.io.engine.transport.name).toBe(transport);
  });

  it('a stock client begins with polling, upgrades, and loses nothing', async () => {
    const worker = tryToConnect((await start()).url, { ...at, transports: ['polling', 'websocket'] });
    const { engine } = worker.socket.io;
    const transports = [engine.transport.name];
    const upgraded = new Promise((resolve) => engine.once('upgrade', resolve));
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await Promise.all([upgraded, worker.next('fragment:processed')]);
    transports.push(engine.transport.name);
    worker.send('fragment:data', fragment(1));
    worker.send('stream:end', { stream_id: 'stream-1' });
    await worker.next('stream:complete');
    expect([outline(worker), transports]).toEqual([TWO_FRAGMENTS, ['polling', 'websocket']]);
  });
});

describe("with transports: ['websocket']", () => {
  it('polling is refused, and WebSocket is taken', async () => {
    const sts = await start({ transports: ['websocket'] });
    for (const transports of [['polling'], ['polling', 'websocket']]) {
      await tryToConnect(sts.url, { transports }).next('connect_error');
    }
    expect((await fetch(sts.url + POLL)).status).toBe(400);
    expect(await stream(await join(sts, { path: '/ws/sts' }))).toEqual(TWO_FRAGMENTS);
    expect(sts.sessions).toHaveLength(1);
  });
});

describe("with transports: ['polling']", () => {
  it('WebSocket is refused, and polling is taken', async () => {
    const sts = await start({ transports: ['polling'] });
    await tryToConnect(sts.url).next('connect_error');
    expect(await stream(await join(sts, { transports: ['polling', 'websocket'] }))).toEqual(TWO_FRAGMENTS);
  });
});

describe('another path', () => {
  it.each(['/', '/socket.io/more', '/socket.iox/', '/ws', '/ws/sts2', '//socket.io/', '/?EIO=4&transport=polling'])(
    '%s is not found, and the answer says where Socket.IO is',
    async (path) => {
      const { url } = await start();
      const response = await fetch(url + path);
      expect([response.status, await response.text()]).toEqual([
        404,
        `echo-sts serves Socket.IO at /socket.io/ and /ws/sts/, not at ${JSON.stringify(path)}.\n`,
      ]);
    },
  );

  it.each(['/wrong/', '/socket.io/more', '/ws/sts/more'])('%s refuses an upgrade at once', async (path) => {
    const sts = await start();
    const peer = await dial(sts.port);
    peer.upgrade(`${path}?EIO=4&transport=websocket`);
    await peer.closed;
    expect(peer.received).toMatch(
      /^HTTP\/1\.1 404 Not Found\r\n[\s\S]*\r\necho-sts serves Socket\.IO at .+, not at .+\.\n$/,
    );
    await tryToConnect(sts.url, { path }).next('connect_error');
    expect(sts.sessions).toEqual([]);
  });

  it('may be an endless one', async () => {
    const { port } = await start();
    const peer = await dial(port);
    peer.request(`/${'x'.repeat(10_000)}`);
    await peer.closed;
    expect(peer.received).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(peer.received.length).toBeLessThan(1000);
  });
});

it('Engine.IO 3, which Socket.IO 2 speaks, is refused', async () => {
  const response = await fetch((await start()).url + POLL.replace('EIO=4', 'EIO=3'));
  expect([response.status, await response.json()]).toMatchObject([400, { message: 'Unsupported protocol version' }]);
});

describe('the option `paths`', () => {
  it('replaces both', async () => {
    const sts = await start({ paths: ['/a/b', '/c/'] });
    for (const path of ['/a/b', '/c']) {
      for (const transport of ['websocket', 'polling']) {
        expect(await stream(await join(sts, { path, transports: [transport] }))).toEqual(TWO_FRAGMENTS);
      }
    }
    for (const path of ['/socket.io', '/ws/sts']) await tryToConnect(sts.url, { path }).next('connect_error');
    expect(sts.sessions).toHaveLength(4);
  });
});

describe('the option `cors`', () => {
  it.each([
    [false, null],
    [true, 'https://page.test'],
    ['*', '*'],
    ['https://one.test', 'https://one.test'],
    [['https://one.test', 'https://page.test'], 'https://page.test'],
    [['https://one.test'], null],
  ])('%j allows a page at https://page.test this origin: %s', async (cors, allowed) => {
    const { url } = await start({ cors });
    const response = await fetch(url + POLL, { headers: { origin: 'https://page.test' } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, allowed]);
  });
});

describe('many workers', () => {
  it('ten streams interleave their fragments and each comes back in order', async () => {
    const sts = await start({ delayMs: 5 });
    const workers = await Promise.all(Array.from({ length: 10 }, () => join(sts)));
    const ids = workers.map((_, index) => `stream-${index}`);
    await Promise.all(workers.map((worker, index) => worker.init({ stream_id: ids[index], max_inflight: 10 })));
    for (let number = 0; number < 10; number += 1) {
      for (const [index, worker] of workers.entries()) {
        worker.send('fragment:data', fragment(number, { stream_id: ids[index] }));
      }
    }
    for (const [index, worker] of workers.entries()) worker.send('stream:end', { stream_id: ids[index] });
    const totals = await Promise.all(workers.map((worker) => worker.next('stream:complete')));
    expect(totals).toMatchObject(ids.map((stream_id) => ({ stream_id, statistics: { success_count: 10 } })));
    const orders = workers.map((worker) => worker.all('fragment:processed').map((result) => result.sequence_number));
    expect(orders).toEqual(ids.map(() => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(workers.flatMap((worker) => worker.all('error'))).toEqual([]);
  });

  itRunsStreamsAtOnce(100);
});
