/** `manualClock()` with real sockets: the time stands still until the test moves it, and what is said travels all the same. */

import { manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { dialSocketIo } from '../support/raw-peer.js';
import { answering, useStillServers } from '../support/still.js';

watchHost();
const { start, join, still } = useStillServers();
const STREAM = { stream_id: 'stream-1' };

describe('a manual clock drives', () => {
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
