/** What a manual clock does not wait for, and which clocks a test cannot move. */

import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { answering } from '../support/still.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join, still } = useScriptedFixtures();

describe('advance() is not held up', () => {
  /** Moments, at each of which every worker is heard out. */
  const MOMENTS = 40;

  it('by a worker that does not read', async () => {
    const { sts, worker } = await still({ delayMs: 10 });
    answering(worker);
    const other = await join(sts);
    other.peer.stopReading();
    other.send('stream:init', init({ stream_id: 'other' }));
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(10 * MOMENTS);
    expect(worker.all('fragment:processed')).toHaveLength(MOMENTS);
    expect(other.all('stream:ready')).toEqual([]);
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
    const moves = {
      advance: () => sts.clock.advance(1),
      runToNext: sts.clock.runToNext,
      runToIdle: sts.clock.runToIdle,
    };
    for (const [called, move] of Object.entries(moves)) {
      expect(await move().catch((error: unknown) => error)).toMatchObject({
        name: 'EchoStsError',
        code: 'CLOCK_NOT_MANUAL',
        message: `\`${called}()\` needs \`clock: manualClock()\`; with \`clock: 'global'\`, move the fake timers of your runner.`,
      });
    }
    expect(Math.abs(sts.clock.now() - Date.now())).toBeLessThan(1000);
  });
});
