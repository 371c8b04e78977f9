/** How a fixture ends, and how it begins anew between tests: `close()` and `reset()`. */

import { EchoStsError } from 'echo-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useChildren } from '../support/child.js';
import { fragment, init } from '../support/client.js';
import { outline, ready } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { poll } from '../support/poller.js';
import { dial, dialSocketIo } from '../support/raw-peer.js';
import { secondsOf } from '../support/seconds.js';
import { unusedPort, useServers } from '../support/servers.js';

watchHost();
const run = useChildren();
const { start, join, knock } = useServers();

/** What a promise rejects with. */
async function failure(promise: Promise<unknown>): Promise<[code: string, message: string]> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EchoStsError);
  const { code, message } = error as EchoStsError;
  return [code, message];
}

describe('close()', () => {
  it('may be called twice, at the same time and again, and unbound', async () => {
    const sts = await start();
    const worker = await join(sts);
    const { close } = sts;
    await Promise.all([close(), sts.close(), sts[Symbol.asyncDispose]()]);
    await close();
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(worker.all('disconnect')).toHaveLength(1);
    expect(sts.connections).toBe(0);
  });

  it('happens at the end of a block with `await using`', async () => {
    let url = '';
    {
      await using sts = await start();
      url = sts.url;
      await join(sts);
    }
    await knock(url).next('connect_error');
  });

  it('may be called while the fixture is being reset', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    await Promise.all([sts.reset(), sts.close()]);
    expect([await worker.next('disconnect'), sts.sessions]).toEqual(['io server disconnect', []]);
  });

  it.each([
    [1000, ['websocket']],
    [50, ['polling']],
    [50, ['polling', 'websocket']],
  ])('takes less than a second with %i workers on %j, and none of them comes back', async (count, transports) => {
    const sts = await start();
    const crowd = run('crowd.ts', sts.url, String(count), ...transports);
    expect(await crowd.line()).toBe('ready');
    expect(sts.connections).toBe(count);
    expect(await secondsOf(sts.close)).toBeLessThan(1);
    expect(await crowd.ended).toEqual({
      code: 0,
      lines: ['ready', { reasons: ['io server disconnect'], comingBack: 0 }],
      stderr: '',
    });
    expect(sts.sessions.every(({ state }) => state === 'closed')).toBe(true);
  });

  it('says farewell to a polling worker that is between two polls, after what was waiting for it', async () => {
    const sts = await start();
    const poller = await poll(sts.url);
    const audio = { ...fragment(0).audio, data_base64: 'QUJD'.repeat(10_000) };
    for (const packet of [
      ['stream:init', init()],
      ['fragment:data', fragment(0, { audio })],
    ]) {
      await poller.post(`42${JSON.stringify(packet)}`);
    }
    const closing = sts.close();
    const packets = (await poller.get()).split('\x1e');
    await closing;
    expect(packets.map((packet) => packet.slice(0, 14))).toEqual([
      '42["stream:rea',
      '42["fragment:a',
      '42["fragment:p',
      '41',
    ]);
  });

  it('takes less than a second with peers that do not answer', async () => {
    const sts = await start();
    const peers = await Promise.all(Array.from({ length: 30 }, (_, n) => (n < 10 ? dial : dialSocketIo)(sts.port)));
    for (const peer of peers.slice(20)) {
      peer.socket.pause();
      // Unread answers fill the buffers of the connection.
      for (let count = 0; count < 2000; count += 1) peer.send('42["stream:end"]');
    }
    await (await join(sts)).init();
    expect(await secondsOf(sts.close)).toBeLessThan(1);
    for (const peer of peers) peer.socket.resume();
    await Promise.all(peers.map((peer) => peer.closed));
  });

  it('leaves what was recorded to be read, and refuses the rest', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    await sts.close();
    const session = sts.session('stream-1');
    expect(session).toMatchObject({ state: 'closed', statistics: { successCount: 1 } });
    expect([sts.sessions, await sts.waitForSession({ state: 'closed' })]).toEqual([[session], session]);
    const message = (method: string) =>
      `\`${method}\` was called after \`close()\`; create a new fixture with \`createEchoSts()\`.`;
    expect(await failure(sts.waitForSession({ streamId: 'other' }))).toEqual(['CLOSED', message('waitForSession')]);
    expect(await failure(sts.reset())).toEqual(['CLOSED', message('reset')]);
    expect(await failure((async () => sts.setDelay(1))())).toEqual(['CLOSED', message('setDelay')]);
    await knock(sts.url).next('connect_error');
  });

  it('may be handed to a runner as it is, whatever that passes to its hooks', async () => {
    const [sts, other] = [await start(), await start()];
    onTestFinished(sts.close);
    expect(sts.close).toHaveLength(0);
    await other.close(() => {}, { meta: {} });
    await knock(other.url).next('connect_error');
  });

  it('rejects pending waits at once', async () => {
    const sts = await start();
    const waits = [{}, { streamId: 'never' }, { state: 'completed' as const, timeoutMs: 2 ** 31 - 1 }].map((options) =>
      failure(sts.waitForSession(options)),
    );
    await sts.close();
    const awaited = ['any stream', 'stream "never"', 'any stream in state completed'];
    expect(await Promise.all(waits)).toEqual(
      awaited.map((what) => [
        'CLOSED',
        `\`close()\` was called while \`waitForSession\` waited for ${what}; await its promise before that.`,
      ]),
    );
  });

  it('frees its port', async () => {
    const port = await unusedPort();
    for (let round = 0; round < 3; round += 1) {
      const sts = await start({ port });
      await (await join(sts)).init();
      expect(sts.port).toBe(port);
      await sts.close();
    }
  });

  it('cuts off a stream in the middle, which is then closed', async () => {
    const sts = await start({ delayMs: 600_000 });
    const worker = await join(sts, { reconnection: true });
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('stream:end', { stream_id: 'stream-1' });
    await worker.settled();
    await sts.close();
    await worker.next('disconnect');
    expect(outline(worker)).toEqual(['stream:ready', 'fragment:ack fragment-0', 'disconnect io server disconnect']);
    expect([worker.socket.active, sts.session('stream-1')]).toMatchObject([false, { state: 'closed', inflight: 0 }]);
  });
});

describe('reset()', () => {
  it('disconnects every worker for good and forgets every session', async () => {
    const sts = await start();
    const workers = [
      await join(sts, { reconnection: true }),
      await join(sts, { reconnection: true, transports: ['polling'] }),
      await join(sts, { reconnection: true, transports: ['polling', 'websocket'] }),
    ];
    for (const worker of workers) await worker.init();
    const left = await join(sts);
    await left.init();
    left.close();
    await sts.waitForSession({ state: 'closed' });
    await sts.reset();
    expect([sts.sessions, sts.session('stream-1'), sts.connections]).toEqual([[], undefined, 0]);
    for (const worker of workers) {
      expect(await worker.next('disconnect')).toBe('io server disconnect');
      expect(worker.socket.active).toBe(false);
    }
  });

  it('leaves a server that serves', async () => {
    const sts = await start();
    const { url, port } = sts;
    for (let round = 0; round < 3; round += 1) {
      const worker = await join(sts);
      expect(await worker.init()).toStrictEqual(ready());
      worker.send('fragment:data', fragment(0));
      await worker.next('fragment:processed');
      expect(sts.sessions).toMatchObject([{ streamId: 'stream-1', totalFragments: 1 }]);
      await sts.reset();
    }
    expect([sts.url, sts.port]).toEqual([url, port]);
  });

  it('rejects pending waits, and takes new ones', async () => {
    const sts = await start();
    const wait = failure(sts.waitForSession());
    await sts.reset();
    expect(await wait).toEqual([
      'RESET',
      '`reset()` was called while `waitForSession` waited for any stream; await its promise before that.',
    ]);
    const next = sts.waitForSession();
    await (await join(sts)).init();
    expect(await next).toMatchObject({ streamId: 'stream-1' });
  });

  it('puts the delay back to the option', async () => {
    const sts = await start({ delayMs: 1 });
    sts.setDelay(600_000);
    await sts.reset();
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    expect(await worker.next('fragment:ack')).toMatchObject({ estimated_completion_ms: 1 });
    await worker.next('fragment:processed');
  });

  it('also applies to a worker that connects while it runs', async () => {
    const sts = await start({ delayMs: 1 });
    sts.setDelay(600_000);
    const [worker] = await Promise.all([join(sts), sts.reset()]);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    expect(await worker.next('fragment:ack')).toMatchObject({ estimated_completion_ms: 1 });
  });

  it('may be called twice at the same time', async () => {
    const sts = await start();
    const worker = await join(sts);
    await Promise.all([sts.reset(), sts.reset()]);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
  });
});
