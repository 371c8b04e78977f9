/** A loop that was kept busy here is not held against the worker: what is already in the socket is read before it is given up. */

import { describe, expect, it } from 'vitest';
import { block } from '../support/blocked.js';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { dialSocketIo, frame } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join, begin } = useServers();
const END = { stream_id: 'stream-1' };

describe.each(['websocket', 'polling'])('over %s, after the process was blocked', (transport) => {
  it('a wait resolves with what had been sent by then', async () => {
    const sts = await start();
    const worker = await join(sts, { transports: [transport] });
    await worker.init();
    const wait = sts.waitFor('fragment:processed', { timeoutMs: 500 });
    worker.send('fragment:data', fragment(0));
    block(700);
    expect((await wait).sequenceNumber).toBe(0);
  });

  it('a wait resolves with what a worker in this process says only afterwards', async () => {
    const sts = await start();
    const worker = await join(sts, { transports: [transport] });
    worker.on('stream:ready', () => worker.send('fragment:data', fragment(0)));
    worker.on('fragment:processed', () => worker.send('stream:end', END));
    const waits = [
      sts.waitFor('stream:complete', { timeoutMs: 500 }),
      sts.waitForSession({ state: 'completed', timeoutMs: 500 }),
    ];
    worker.send('stream:init', { ...END, worker_id: 'worker-1', config: {} });
    block(700);
    await Promise.all(waits);
  });

  it('no gap is given up that was closed, nor one that this process gave no time to close', async () => {
    const sts = await start({ conduct: 'strict' });
    const worker = await join(sts, { transports: [transport] });
    await worker.init({ timeout_ms: 1000 });
    worker.send('fragment:data', fragment(1));
    await sts.waitFor('fragment:ack', { sequenceNumber: 1 });
    block(1200);
    worker.send('fragment:data', fragment(0));
    await sts.waitFor('fragment:processed', { times: 2 });
    expect(sts.timeline({ event: 'gap' })).toEqual([]);
    await sts.verify();
  });
});

it('idle waits for what a worker sends after the process was blocked', async () => {
  const sts = await start();
  const worker = await begin(sts);
  sts.setDelay(20);
  worker.send('fragment:data', fragment(0));
  await sts.waitFor('fragment:ack');
  const idle = sts.idle({ timeoutMs: 500 });
  block(700);
  await idle;
  expect(worker.all('fragment:processed')).toHaveLength(1);
});

it('fragments that were sent at the right pace are not held to have come at once', async () => {
  const sts = await start({ conduct: 'strict' });
  const worker = await begin(sts, { max_inflight: 10 });
  worker.send('fragment:data', fragment(0));
  await sts.waitFor('fragment:processed');
  sts.pushBackpressure({ severity: 'medium', action: 'slow_down', recommendedDelayMs: 200 });
  await sts.idle();
  block(250);
  worker.send('fragment:data', fragment(1));
  setTimeout(() => worker.send('fragment:data', fragment(2)), 200);
  block(250);
  await sts.waitFor('fragment:processed', { sequenceNumber: 2 });
  await sts.verify();
  // All at once. The time that this process was blocked excuses the first few, not all.
  for (const number of [3, 4, 5, 6, 7, 8]) worker.send('fragment:data', fragment(number));
  await sts.waitFor('violation');
});

it('a gap that stays open is given up all the same', async () => {
  const sts = await start();
  const worker = await begin(sts, { timeout_ms: 1000 });
  worker.send('fragment:data', fragment(1));
  await sts.waitFor('fragment:ack');
  block(1200);
  await sts.waitFor('gap');
  await worker.next('fragment:processed');
});

it('a worker keeps its connection whose pong could not be read in time', async () => {
  const sts = await start({ pingIntervalMs: 50, pingTimeoutMs: 50 });
  const peer = await dialSocketIo(sts.port);
  const ping = new Promise<void>((resolve) => {
    peer.socket.once('data', () => {
      peer.write(frame('3'));
      block(500);
      resolve();
    });
  });
  await ping;
  peer.send('42["stream:init",{"stream_id":"s","worker_id":"w","config":{}}]');
  await sts.waitFor('stream:ready');
  expect(sts.timeline({ event: 'disconnect' })).toEqual([]);
  peer.destroy();
});

it('a worker that answers no ping loses its connection', async () => {
  const sts = await start({ pingIntervalMs: 50, pingTimeoutMs: 50 });
  const peer = await dialSocketIo(sts.port);
  expect((await sts.waitFor('disconnect')).payload).toMatchObject({ reason: 'ping timeout' });
  peer.destroy();
});
