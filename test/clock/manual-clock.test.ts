/** `manualClock()`: the time stands still until the test moves it, and what is said is heard all the same. */

import { createEchoSts, manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';
import { answering } from '../support/still.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join, still } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };

/** When each event of that name went out, by the clock. */
function times(
  sts: ScriptedFixture,
  event: 'fragment:processed' | 'stream:complete' | 'error' | 'disconnect',
): number[] {
  return sts.timeline({ event }).map(({ atMs }) => atMs);
}

describe('a manual clock drives', () => {
  it('the linger of five seconds', async () => {
    const { sts, worker } = await still();
    worker.send('stream:end', STREAM);
    await sts.clock.advance(4999);
    expect(outline(worker)).toEqual(['stream:complete']);
    await sts.clock.advance(1);
    expect(outline(worker)).toEqual(['stream:complete', 'disconnect io server disconnect']);
    expect(sts.session('stream-1')).toMatchObject({ state: 'closed', completedAt: 0, closedAt: 5000 });
  });

  it('the timeout of a gap', async () => {
    const { sts, worker } = await still({}, { timeout_ms: 30_000 });
    worker.send('fragment:data', fragment(1));
    await sts.clock.advance(29_999);
    expect(outline(worker)).toEqual(['fragment:ack fragment-1']);
    await sts.clock.advance(1);
    expect(outline(worker).slice(1)).toEqual(['error INVALID_SEQUENCE error', 'fragment:processed 1 success']);
  });

  it('rate windows', async () => {
    const { sts, worker } = await still({ maxFragmentsPerMinute: 1 });
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    await sts.clock.advance(60_000);
    worker.send('fragment:data', fragment(1));
    await sts.clock.advance(0);
    expect(outline(worker)).toEqual([
      'fragment:ack fragment-0',
      'error RATE_LIMIT warning',
      'fragment:processed 0 success',
      'fragment:ack fragment-1',
      'fragment:processed 1 success',
    ]);
  });

  it('`simulate:disconnect`', async () => {
    const { sts, worker } = await still();
    worker.send('simulate:disconnect', { delay_ms: 600_000 });
    await sts.clock.advance(599_999);
    expect(outline(worker)).toEqual(['simulate:disconnect:ack']);
    await sts.clock.advance(1);
    expect(outline(worker)).toEqual(['simulate:disconnect:ack', 'disconnect io server disconnect']);
  });
});

describe('advance()', () => {
  it('hears a worker out that has just said something, and one that has just come', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 40 });
    const workers = [await join(sts), await join(sts)];
    for (const [index, worker] of workers.entries()) {
      const stream_id = `stream-${index}`;
      worker.sendSlowly('stream:init', init({ stream_id }));
      for (const number of [0, 1, 2]) worker.sendSlowly('fragment:data', fragment(number, { stream_id }));
    }
    await sts.clock.advance(40);
    expect(workers.map((worker) => worker.all('fragment:processed').length)).toEqual([3, 3]);
  });

  it('moves one after the other when it is called several times at once', async () => {
    const { sts, worker } = await still({ delayMs: 30 });
    worker.send('fragment:data', fragment(0));
    const moves = [sts.clock.advance(10), sts.clock.runToNext(), sts.clock.advance(5)];
    expect(await Promise.all(moves)).toEqual([undefined, 20, undefined]);
    expect([sts.clock.now(), times(sts, 'fragment:processed')]).toEqual([35, [30]]);
  });

  it.each([
    [-1, '-1'],
    [1.5, '1.5'],
    ['5', 'the text "5"'],
    [undefined, 'nothing'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('refuses %s', async (ms, shown) => {
    const clock = manualClock();
    expect(await clock.advance(ms as number).catch((error: unknown) => error)).toMatchObject({
      name: 'EchoStsError',
      code: 'INVALID_OPTION',
      message: `\`ms\` expected an integer from 0 to 2147483647, got ${shown}.`,
    });
    expect(clock.now()).toBe(0);
  });
});

describe('runToNext() and runToIdle()', () => {
  it('move to the next moment at which something is due, and say how far that was', async () => {
    const { sts, worker } = await still({ delayMs: ({ sequenceNumber }) => 100 + sequenceNumber });
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    expect([await sts.clock.runToNext(), sts.clock.now()]).toEqual([100, 100]);
    expect(worker.all('fragment:processed')).toHaveLength(1);
    expect([await sts.clock.runToNext(), sts.clock.now()]).toEqual([1, 101]);
    expect(worker.all('fragment:processed')).toHaveLength(2);
    expect([await sts.clock.runToNext(), sts.clock.now()]).toEqual([undefined, 101]);
  });

  it('move until nothing is due: all results are out, and what has completed is closed', async () => {
    const { sts, worker } = await still({ delayMs: 1000 });
    answering(worker, 4);
    worker.send('fragment:data', fragment(0));
    await sts.clock.runToIdle();
    worker.send('stream:end', STREAM);
    await sts.clock.runToIdle();
    expect([sts.clock.now(), outline(worker).at(-1)]).toEqual([10_000, 'disconnect io server disconnect']);
  });

  it('end with CLOCK_NEVER_IDLE when a worker goes on for ever', async () => {
    const { sts, worker } = await still({ delayMs: 1 });
    answering(worker);
    worker.send('fragment:data', fragment(0));
    expect(await sts.clock.runToIdle().catch((error: unknown) => error)).toMatchObject({
      name: 'EchoStsError',
      code: 'CLOCK_NEVER_IDLE',
      message: expect.stringMatching(
        /^`runToIdle\(\)` expected to end, but after 1000 steps something was still due; /,
      ),
    });
    expect(sts.clock.now()).toBe(1000);
  });
});

describe('a manual clock whose fixture was closed', () => {
  async function spent() {
    const clock = manualClock();
    const { sts } = await still({ clock });
    await clock.advance(300);
    await sts.close();
    return { sts, clock };
  }

  it('cannot be passed to another: that would begin in the middle of its time', async () => {
    const { clock } = await spent();
    const message =
      '`clock` expected a new `manualClock()`, got one whose fixture was closed; make one for each fixture.';
    await expect(createEchoSts({ clock })).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
  });

  it.each(['advance', 'runToNext', 'runToIdle'] as const)('cannot be moved by `%s`, and can be read', async (move) => {
    const { sts, clock } = await spent();
    const message = expect.stringMatching(
      `^\`${move}\\(\\)\` expected an open fixture, and that of this \`manualClock\\(\\)\` was closed;`,
    );
    await expect(clock[move](1)).rejects.toMatchObject({ code: 'CLOSED', message });
    await expect(sts.clock[move](1)).rejects.toMatchObject({ code: 'CLOSED', message });
    expect(clock.now()).toBe(300);
  });

  it('is one that none could be started with as long as it was not in use', async () => {
    const clock = manualClock();
    await expect(createEchoSts({ clock, host: '192.0.2.1' })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
    await using sts = await createEchoSts({ clock });
    await sts.clock.advance(1);
    expect(clock.now()).toBe(1);
  });

  it('may go on to a third fixture while the second is open', async () => {
    const clock = manualClock();
    const [first, second] = [await start({ clock }), await start({ clock })];
    await first.close();
    const third = await start({ clock });
    await second.close();
    await third.clock.advance(1);
    expect(third.clock.now()).toBe(1);
  });
});

describe('one manual clock drives two fixtures', () => {
  it('in step: what is due first comes first, and each hears its own workers out', async () => {
    const clock = manualClock();
    const slow = await still({ clock, delayMs: 300 });
    const fast = await still({ clock, delayMs: 100 });
    const order: string[] = [];
    const workers = { slow, fast };
    for (const [name, { worker }] of Object.entries(workers)) {
      worker.on('fragment:processed', () => order.push(`${name} ${clock.now()}`));
      answering(worker);
      worker.send('fragment:data', fragment(0));
    }
    await clock.advance(300);
    expect(order).toEqual(['fast 100', 'fast 200', expect.stringMatching(/300/), expect.stringMatching(/300/)]);
    expect(slow.sts.clock).toBe(fast.sts.clock);
  });

  it('that speak to each other: what one says to the other on the way has been dealt with', async () => {
    const clock = manualClock();
    const first = await still({ clock, delayMs: 100 });
    const second = await still({ clock, delayMs: 50 });
    first.worker.on('fragment:processed', () => second.worker.send('fragment:data', fragment(0)));
    first.worker.send('fragment:data', fragment(0));
    await clock.advance(150);
    expect(times(second.sts, 'fragment:processed')).toEqual([150]);
    expect(second.worker.all('fragment:processed')).toHaveLength(1);
  });

  it('and goes on with one when the other is closed', async () => {
    const clock = manualClock();
    const [closed, open] = [await still({ clock, delayMs: 100 }), await still({ clock, delayMs: 100 })];
    for (const { worker } of [closed, open]) worker.send('fragment:data', fragment(0));
    await clock.advance(0);
    await closed.sts.close();
    await clock.advance(100);
    expect([closed, open].map(({ worker }) => worker.all('fragment:processed').length)).toEqual([0, 1]);
    expect(await clock.runToNext()).toBeUndefined();
  });
});
