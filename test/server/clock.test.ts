/** `manualClock()` with real sockets: the time stands still until the test moves it, and what is said travels all the same. */

import { type EchoSts, manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { dialSocketIo } from '../support/raw-peer.js';
import { answering, useStillServers } from '../support/still.js';

watchHost();
const { start, join, still } = useStillServers();
const STREAM = { stream_id: 'stream-1' };

/** When each event of that name went out, by the clock. */
function times(sts: EchoSts, event: 'fragment:processed' | 'stream:complete' | 'error' | 'disconnect'): number[] {
  return sts.timeline({ event }).map(({ atMs }) => atMs);
}

describe('a manual clock drives', () => {
  it('delays: when advance() is over, the worker has heard the result', async () => {
    const { sts, worker } = await still({ delayMs: 8000 });
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(7999);
    expect(outline(worker)).toEqual(['fragment:ack fragment-0']);
    await sts.clock.advance(1);
    expect(outline(worker)).toEqual(['fragment:ack fragment-0', 'fragment:processed 0 success']);
    expect(worker.all('fragment:processed')[0].processing_time_ms).toBe(8000);
    expect([sts.clock.now(), times(sts, 'fragment:processed')]).toEqual([8000, [8000]]);
  });

  it('a whole stream over polling', async () => {
    const { sts, worker } = await still({ delayMs: 8000 }, {}, ['polling']);
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(8000);
    worker.send('stream:end', STREAM);
    await sts.clock.advance(5000);
    expect(outline(worker)).toEqual([
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
      'stream:complete',
      'disconnect io server disconnect',
    ]);
  });

  it('a worker that is changing from polling to WebSocket', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 100 });
    const worker = await join(sts, { transports: ['polling', 'websocket'] });
    worker.send('stream:init', init());
    for (let number = 0; number < 30; number += 1) {
      worker.send('fragment:data', fragment(number));
      await sts.clock.advance(100);
    }
    expect(worker.all('fragment:processed').map(({ sequence_number }) => sequence_number)).toEqual(
      Array.from({ length: 30 }, (_, number) => number),
    );
    expect(worker.socket.io.engine.transport.name).toBe('websocket');
    expect(worker.socket.connected).toBe(true);
  });
});

describe('advance()', () => {
  it('stops wherever something is due: what workers answer there is measured from there', async () => {
    const { sts, worker } = await still({ delayMs: 1000 });
    answering(worker);
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(5500);
    expect(times(sts, 'fragment:processed')).toEqual([1000, 2000, 3000, 4000, 5000]);
    expect(worker.all('fragment:processed')).toHaveLength(5);
    expect(sts.clock.now()).toBe(5500);
  });

  it('is over when workers have heard the answers to what they said, too', async () => {
    const { sts, worker } = await still({ delayMs: ({ sequenceNumber }) => (sequenceNumber === 0 ? 1000 : 0) });
    answering(worker, 3);
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(1000);
    expect(worker.all('fragment:processed').map(({ sequence_number }) => sequence_number)).toEqual([0, 1, 2, 3]);
  });

  it('does not wait for ever for a worker that answers every answer', async () => {
    const { sts, worker } = await still();
    answering(worker);
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(1000);
    expect(sts.clock.now()).toBe(1000);
  });

  it('hears a worker out that has just said something, and one that has just come', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 40 });
    const workers = [await join(sts), await join(sts)];
    for (const [index, worker] of workers.entries()) {
      const stream_id = `stream-${index}`;
      worker.send('stream:init', init({ stream_id }));
      for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number, { stream_id }));
    }
    await sts.clock.advance(40);
    expect(workers.map((worker) => worker.all('fragment:processed').length)).toEqual([3, 3]);
  });
});

describe('advance() is not held up', () => {
  /** Moments, at each of which every worker is heard out. */
  const MOMENTS = 40;

  it.each(['half-open', 'stall', 'mute-pings'] as const)('by a worker whose connection is cut by %s', async (how) => {
    const { sts, worker } = await still({ delayMs: 10 });
    answering(worker);
    const other = await join(sts);
    await other.init({ stream_id: 'other' });
    sts.cut({ at: 'now', how, streamId: 'other' });
    worker.send('fragment:data', fragment(0));
    const startedAt = process.uptime();
    await sts.clock.advance(10 * MOMENTS);
    expect(worker.all('fragment:processed')).toHaveLength(MOMENTS);
    // Were the dead one waited for at each moment, it would take longer by far.
    expect(process.uptime() - startedAt).toBeLessThan(MOMENTS / 4);
  });

  it('by a worker that was muted, and that worker is not pinged', async () => {
    const { sts, worker } = await still();
    let pings = 0;
    worker.socket.io.on('ping', () => {
      pings += 1;
    });
    await sts.clock.advance(1);
    expect(pings).toBeGreaterThan(0);
    sts.cut({ at: 'now', how: 'mute-pings' });
    pings = 0;
    for (let moment = 0; moment < 5; moment += 1) await sts.clock.advance(1);
    // What is said after a ping is heard after it.
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    expect(pings).toBe(0);
  });

  it('by a worker that has died without a word, more than once', async () => {
    const { sts, worker } = await still({ delayMs: 10 });
    answering(worker);
    const peer = await dialSocketIo(sts.port);
    peer.socket.pause();
    worker.send('fragment:data', fragment(0));
    const startedAt = process.uptime();
    await sts.clock.advance(10 * MOMENTS);
    peer.destroy();
    expect(worker.all('fragment:processed')).toHaveLength(MOMENTS);
    expect(process.uptime() - startedAt).toBeLessThan(MOMENTS / 4);
  });
});
