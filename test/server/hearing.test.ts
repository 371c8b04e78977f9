/** What workers have heard and what not, over real sockets: `idle()`, `verify()` and violations go by it. */

import type { EchoSts, EchoStsError, EchoStsOptions } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { poll } from '../support/poller.js';
import { dialSocketIo } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';
import { behave } from '../support/worker.js';

watchHost();
const { start, join, begin } = useServers();
const both = [['websocket'], ['polling']];

const kinds = (sts: Pick<EchoSts, 'violations'>) => sts.violations().map(({ kind }) => kind);

/** The code of what it rejects with, or that it has come to rest. */
function outcome(idle: Promise<void>): Promise<string> {
  return idle.then(
    () => 'at rest',
    ({ code }: EchoStsError) => code,
  );
}

describe('idle() resolves', () => {
  it('over polling', async () => {
    const sts = await start({ delayMs: 10 });
    const worker = await join(sts, { transports: ['polling'] });
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await sts.idle();
    expect(worker.all('fragment:processed')).toHaveLength(1);
  });

  it('when the worker leaves while it is asked, and keeps its transport open', async () => {
    const sts = await start();
    const worker = await begin(sts);
    // The fixture asks twice at a time, and again when something was said in between: by then the worker has left.
    const replies = [
      () => worker.send('stream:pause', { stream_id: 'stream-1' }),
      () => worker.socket.io.engine.send('1'),
    ];
    worker.socket.io.engine.on('ping', () => replies.shift()?.());
    await sts.idle({ timeoutMs: 900 });
    expect(sts.timeline({ event: 'disconnect' })).toHaveLength(1);
  });

  it('when a worker that did not read reads again', async () => {
    const sts = await start();
    const { get, post } = await poll(sts.url);
    expect(await post(`42${JSON.stringify(['stream:init', init()])}`)).toBe('ok');
    const idle = sts.idle();
    expect(await outcome(sts.idle({ timeoutMs: 20 }))).toBe('WAIT_TIMEOUT');
    // It answers each ping that it finds.
    let isOver = false;
    const rest = idle.finally(() => {
      isOver = true;
    });
    let asked = get();
    while (!isOver) {
      const packets = await Promise.race([asked, rest.then(() => '')]);
      for (const packet of packets.split('\x1e')) if (packet === '2') await post('3');
      if (packets !== '') asked = get();
    }
    await rest;
    await Promise.all([sts.close(), asked]);
  });
});

describe('idle() does not resolve', () => {
  it('while a worker has not read what it was sent, however long that takes', async () => {
    const sts = await start();
    const peer = await dialSocketIo(sts.port);
    peer.socket.pause();
    peer.send(`42${JSON.stringify(['stream:init', init()])}`);
    await sts.waitFor('stream:ready');
    // Longer than a silent worker is waited for elsewhere.
    expect(await outcome(sts.idle({ timeoutMs: 1300 }))).toBe('WAIT_TIMEOUT');
    const idle = sts.idle();
    peer.destroy();
    await idle;
  });
});

describe('what workers have said just before', () => {
  it.each(both)('is heard first by verify(), on %s', async (transport) => {
    const sts = await start();
    const worker = await join(sts, { transports: [transport] });
    await worker.init();
    sts.expectEvent({ event: 'fragment:data', times: 3 });
    for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number));
    await sts.verify();
  });

  it('is heard first at the end of a block with `await using`', async () => {
    await using sts = await start();
    sts.expectEvent({ event: 'fragment:data', times: 2 });
    const worker = await begin(sts);
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
  });
});

describe('a worker that was told to pause or to slow down', () => {
  const packet = (event: string, payload: object) => `42${JSON.stringify([event, payload])}`;
  const SEPARATOR = '\u001e';

  /** A polling worker with an open stream, that hears only when it polls. */
  async function deaf(options: EchoStsOptions = {}) {
    const sts = await start(options);
    const poller = await poll(sts.url);
    await poller.post(packet('stream:init', init()));
    expect(await poller.get()).toContain('stream:ready');
    /** Polls until such a packet has come, answering each ping in its turn. */
    const hear = async (packet: string) => {
      for (let packets: string[] = []; !packets.some((each) => each.startsWith(packet)); ) {
        packets = (await poller.get()).split(SEPARATOR);
        for (const each of packets) if (each === '2') await poller.post('3');
      }
    };
    const send = (number: number) => poller.post(packet('fragment:data', fragment(number)));
    return { sts, hear, send };
  }

  it.each([
    ['pause', 'sent-while-told-to-pause'],
    ['slow_down', 'ignored-recommended-delay'],
  ] as const)('is accused of ignoring %s only once it has certainly heard it', async (action, kind) => {
    const { sts, hear, send } = await deaf();
    sts.pushBackpressure({ severity: 'high', action, recommendedDelayMs: 60_000 });
    await send(0);
    expect(kinds(sts)).toEqual([]);
    await hear('42["backpressure"');
    // It has the message and has answered the ping behind it, but may not have looked at it yet.
    await send(1);
    expect(kinds(sts)).toEqual([]);
    await hear('2');
    await send(2);
    expect(kinds(sts)).toEqual([kind]);
  });

  it('is not accused of what it had sent before it could hear', async () => {
    const { sts, hear, send } = await deaf({ delayMs: 600_000, backpressure: { low: 0.1, medium: 0.1, high: 0.1 } });
    for (const number of [0, 1, 2]) await send(number);
    expect(sts.timeline({ event: 'backpressure' })).toMatchObject([{ payload: { action: 'pause' } }]);
    await hear('42["backpressure"');
    await hear('2');
    expect(kinds(sts)).toEqual([]);
  });

  it('is accused over polling as well', async () => {
    const sts = await start();
    const worker = await join(sts, { transports: ['polling'] });
    await worker.init();
    sts.pushBackpressure({ severity: 'high', action: 'pause', recommendedDelayMs: 60_000 });
    await worker.next('backpressure');
    await sts.idle();
    worker.send('fragment:data', fragment(0));
    await sts.waitFor('violation');
    expect(kinds(sts)).toEqual(['sent-while-told-to-pause']);
  });
});

describe('a worker that keeps to the protocol', () => {
  it.each(both)('over %s, and never acknowledges anything, has no violation', async (transport) => {
    const sts = await start({
      conduct: 'strict',
      delayMs: { min: 0, max: 3 },
      errorRules: [{ when: { everyNth: 3 }, code: 'TIMEOUT' }],
    });
    const worker = await join(sts, { transports: [transport] });
    await behave(worker, 10);
    worker.close();
    await sts.waitForSession({ state: 'closed' });
    await sts.verify();
    expect(sts.violations()).toEqual([]);
  });

  it.each(both)(
    'over %s, and pauses when it is told to, and acknowledges every result, has no violation',
    async (transport) => {
      const sts = await start({ conduct: 'strict', backpressure: { low: 0.3, medium: 0.3, high: 0.3 } });
      const worker = await join(sts, { transports: [transport] });
      await behave(worker, 10, true);
      await sts.verify();
      expect(sts.violations()).toEqual([]);
    },
  );
});
