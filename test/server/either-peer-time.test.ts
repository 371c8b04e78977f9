/** The clock and `idle()`, with a worker on a scripted peer and on Socket.IO alike. */

import { describe, expect, it } from 'vitest';
import { PEERS } from '../support/either-peer.js';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import type { ScriptedFixture } from '../support/scripted-fixture.js';
import { answering } from '../support/still.js';
import { fragment } from '../support/worker.js';

watchHost();

/** Moments, at each of which every worker is heard out. */
const MOMENTS = 40;

describe.each(PEERS)('on %s,', (_, useFixtures) => {
  const { start, join, begin, still } = useFixtures();

  describe('a manual clock', () => {
    it('drives delays: when advance() is over, the worker has heard the result', async () => {
      const { sts, worker } = await still({ delayMs: 8000 });
      worker.send('fragment:data', fragment(0));
      await sts.clock.advance(7999);
      expect(outline(worker)).toEqual(['fragment:ack fragment-0']);
      await sts.clock.advance(1);
      expect(outline(worker)).toEqual(['fragment:ack fragment-0', 'fragment:processed 0 success']);
      expect(worker.all('fragment:processed')[0].processing_time_ms).toBe(8000);
      expect([sts.clock.now(), resultTimes(sts)]).toEqual([8000, [8000]]);
    });
  });

  describe('advance()', () => {
    it('stops wherever something is due: what workers answer there is measured from there', async () => {
      const { sts, worker } = await still({ delayMs: 1000 });
      answering(worker);
      worker.send('fragment:data', fragment(0));
      await sts.clock.advance(5500);
      expect(resultTimes(sts)).toEqual([1000, 2000, 3000, 4000, 5000]);
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

    it.each(['half-open', 'stall', 'mute-pings'] as const)(
      'is not held up by a worker whose connection is cut by %s',
      async (how) => {
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
      },
    );
  });

  describe('idle()', () => {
    it.each(['half-open', 'stall', 'mute-pings'] as const)(
      'resolves although a connection is cut by %s',
      async (how) => {
        const sts = await start({ delayMs: 20 });
        const worker = await begin(sts);
        worker.send('fragment:data', fragment(0));
        await sts.waitFor('fragment:data');
        const idle = sts.idle({ timeoutMs: 2000 });
        // The worker has just been asked whether it has heard everything, and its answer will not be heard.
        sts.cut({ at: 'now', how });
        await idle;
        expect(sts.session('stream-1')).toMatchObject({ inflight: 0 });
      },
    );

    it('resolves when a worker with something in flight has gone', async () => {
      const sts = await start({ delayMs: 600_000 });
      const worker = await begin(sts);
      worker.send('fragment:data', fragment(0));
      await sts.waitFor('fragment:data');
      const idle = sts.idle();
      worker.close();
      await idle;
    });
  });
});

/** When each result went out, by the clock. */
function resultTimes(sts: ScriptedFixture): number[] {
  return sts.timeline({ event: 'fragment:processed' }).map(({ atMs }) => atMs);
}
