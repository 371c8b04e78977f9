/** What a manual clock does not wait for, and which clocks a test cannot move. */

import { describe, expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { dialSocketIo } from '../support/raw-peer.js';
import { answering, useStillServers } from '../support/still.js';

watchHost();
const { start, join, still } = useStillServers();

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

  it('by a worker that has gone', async () => {
    const { sts, worker } = await still({ delayMs: 10 });
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(5);
    worker.close();
    await sts.clock.advance(5);
    expect(sts.session('stream-1')).toMatchObject({ state: 'closed', inflight: 0 });
    expect(await sts.clock.runToNext()).toBeUndefined();
  });
});

describe('a clock that runs by itself', () => {
  it.each(['real', 'global', undefined] as const)('cannot be moved: %s', async (clock) => {
    const sts = await start(clock === undefined ? {} : { clock });
    const refused = {
      name: 'EchoStsError',
      code: 'CLOCK_NOT_MANUAL',
      message: expect.stringContaining('manualClock()'),
    };
    for (const move of [() => sts.clock.advance(1), sts.clock.runToNext, sts.clock.runToIdle]) {
      expect(await move().catch((error: unknown) => error)).toMatchObject(refused);
    }
    expect(Math.abs(sts.clock.now() - Date.now())).toBeLessThan(1000);
  });
});
