/** The fixture keeps real time while the test that uses it does not. Over WebSocket: polling clients need real timers. */

import timers from 'node:timers';
import { EchoStsError } from 'echo-sts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fragment } from '../support/client.js';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { useServers } from '../support/servers.js';

/** By the real clock. */
const startedAt = Date.now();
const WHOLE_STREAM = [
  'stream:ready',
  'fragment:ack fragment-0',
  'fragment:processed 0 success',
  'fragment:ack fragment-1',
  'fragment:processed 1 success',
  'stream:complete',
  'disconnect io server disconnect',
];

describe('on fake timers', () => {
  watchHost();
  const { start, join } = useServers();

  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('a whole stream runs in its own time, from start to hanging up', async () => {
    const sts = await start({ delayMs: 30, autoCloseMs: 30 });
    const worker = await join(sts);
    await worker.init();
    // One after the other: with both at once, a busy machine may come to the second when the first is done.
    for (const number of [0, 1]) {
      worker.send('fragment:data', fragment(number));
      await worker.next('fragment:processed');
    }
    worker.send('stream:end', { stream_id: 'stream-1' });
    const session = await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    await worker.next('disconnect');
    expect(outline(worker)).toEqual(WHOLE_STREAM);
    expect(worker.all('fragment:processed')[0].processing_time_ms).toBeGreaterThanOrEqual(30);
    expect(Number(session.closedAt) - session.connectedAt).toBeGreaterThanOrEqual(90);
  });

  it('a wait times out by the real clock', async () => {
    const sts = await start();
    const error = await sts.waitForSession({ timeoutMs: 20 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EchoStsError);
    expect(error).toMatchObject({ code: 'WAIT_TIMEOUT' });
  });

  it('its time is real also when it is imported after the timers were faked', async () => {
    vi.resetModules();
    const { createEchoSts } = await import('echo-sts');
    const sts = await createEchoSts({ delayMs: 20 });
    try {
      const worker = await join(sts);
      await worker.init();
      worker.send('fragment:data', fragment(0));
      expect((await worker.next('fragment:processed')).processing_time_ms).toBeGreaterThanOrEqual(20);
      const error = await sts.waitForSession({ state: 'completed', timeoutMs: 20 }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'WAIT_TIMEOUT' });
    } finally {
      await sts.close();
    }
  });

  it('no time passes for the fixture when the test lets some pass', async () => {
    const sts = await start({ delayMs: 600_000 });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:ack');
    const wait = sts.waitForSession({ state: 'completed', timeoutMs: 600_000 });
    vi.setSystemTime(new Date('2001-01-01'));
    // Less than the client takes for a lost connection.
    vi.advanceTimersByTime(30_000);
    await worker.settled();
    expect(sts.session('stream-1')).toMatchObject({ inflight: 1, state: 'active' });
    expect(sts.session('stream-1')?.connectedAt).toBeGreaterThanOrEqual(startedAt - 1000);
    const outcome = wait.catch((reason: EchoStsError) => reason.code);
    await sts.close();
    expect(await outcome).toBe('CLOSED');
  });

  it('a fixture adds no timer to the fake ones', async () => {
    const { port, close } = await start();
    await close();
    const sts = await start({ port: [port], delayMs: 600_000 });
    expect(vi.getTimerCount()).toBe(0);
    const worker = await join(sts);
    await worker.init();
    const ofTheClient = vi.getTimerCount();
    worker.send('fragment:data', fragment(0));
    await worker.settled();
    const wait = sts.waitForSession({ streamId: 'never' }).catch((reason: EchoStsError) => reason.code);
    expect(vi.getTimerCount()).toBe(ofTheClient);
    await sts.reset();
    expect(await wait).toBe('RESET');
    await worker.next('disconnect');
    await sts.close();
    // The client needs some turns to see its WebSocket gone, and then stops its own.
    for (let turn = 0; turn < 10_000 && vi.getTimerCount() > 0; turn += 1) {
      await new Promise((resolve) => timers.setImmediate(resolve));
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});
