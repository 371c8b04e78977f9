/** `for await (const entry of sts.entries())`: past and to come, and how it ends. */

import { type EntryOptions, type EventName, manualClock, type TimelineEntry } from 'echo-sts';
import { describe, expect, it, vi } from 'vitest';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();
const DONE = { done: true, value: undefined };

async function begin(sts: ScriptedFixture): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init();
  return worker;
}

/** All numbers until the iteration ends by itself. */
async function numbers(entries: AsyncIterable<TimelineEntry>): Promise<number[]> {
  const all: number[] = [];
  for await (const { n } of entries) all.push(n);
  return all;
}

describe('entries()', () => {
  it('gives what is there, then what comes, each once and in order, and leaves out nothing that comes meanwhile', async () => {
    const sts = await start();
    const worker = await begin(sts);
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    await sts.waitFor('fragment:processed', { times: 2 });
    const seen: number[] = [];
    for await (const { sequenceNumber = -1, n } of sts.entries({ event: 'fragment:processed' })) {
      seen.push(sequenceNumber);
      expect(sts.timeline()[n - 1]).toMatchObject({ event: 'fragment:processed', sequenceNumber });
      if (sequenceNumber === 9) break;
      // Once with something to come while the loop stands still, once without.
      if (sequenceNumber % 2 === 1) {
        for (const next of [1, 2]) worker.send('fragment:data', fragment(sequenceNumber + next));
        if (sequenceNumber % 4 === 1) await sts.waitFor('fragment:processed', { sequenceNumber: sequenceNumber + 2 });
      }
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each<[string, EntryOptions<EventName> & { event?: EventName }, number[]]>([
    ['everything', {}, [1, 2, 3, 4, 5, 6, 7]],
    ['a direction', { direction: 'note' }, [1, 7]],
    ['an event', { event: 'fragment:data' }, [4]],
    ['a fragment and a direction', { sequenceNumber: 0, direction: 'out' }, [5, 6]],
    ['another stream', { streamId: 'another' }, []],
    ['a part of a payload', { where: { fragment_id: 'fragment-0' } as object }, [4, 5, 6]],
    ['a function', { where: (_: unknown, { n }: TimelineEntry) => n % 3 === 0 }, [3, 6]],
  ])('of %s are those that are meant', async (_, options, expected) => {
    const sts = await start();
    const entries = sts.entries(options);
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    await sts.close();
    expect(await numbers(sts.entries(options))).toEqual(expected);
    expect(await numbers(entries as AsyncIterable<TimelineEntry>)).toEqual(expected);
  });

  it('of a timeline that keeps nothing are those that come while they are awaited', async () => {
    const sts = await start({ timeline: { limit: 0 } });
    const entries = sts.entries();
    const first = entries.next();
    await begin(sts);
    expect((await first).value).toMatchObject({ n: 1, event: 'connect' });
    const later = sts.entries({ event: 'disconnect' });
    const last = later.next();
    await sts.reset();
    expect(await last).toEqual(DONE);
  });

  it('ends with reset(): those that wait, those that stand in the middle, and those that have not begun', async () => {
    const sts = await start();
    await begin(sts);
    const [waiting, standing, fresh] = [sts.entries({ event: 'error' }), sts.entries(), sts.entries()];
    const next = waiting.next();
    await standing.next();
    await sts.reset();
    await begin(sts);
    expect(await Promise.all([next, standing.next(), fresh.next(), waiting.next()])).toEqual([DONE, DONE, DONE, DONE]);
    expect((await sts.entries().next()).value).toMatchObject({ n: 1 });
  });

  it('ends with close(), and after that gives what was recorded and no more', async () => {
    const sts = await start();
    await begin(sts);
    const waiting = numbers(sts.entries({ event: 'error' }));
    await sts.close();
    expect(await waiting).toEqual([]);
    expect(await numbers(sts.entries())).toEqual([1, 2, 3, 4]);
  });

  it('ends when it is told to, also while its next step is awaited', async () => {
    const sts = await start();
    const entries = sts.entries({ event: 'error' });
    const [next, after] = [entries.next(), entries.next()];
    expect(await entries.return?.()).toEqual(DONE);
    expect(await Promise.all([next, after, entries.next()])).toEqual([DONE, DONE, DONE]);
  });

  it('answers several questions at once one after the other', async () => {
    const sts = await start();
    const entries = sts.entries();
    const steps = [entries.next(), entries.next(), entries.next()];
    await begin(sts);
    expect((await Promise.all(steps)).map(({ value }) => value.event)).toEqual([
      'connect',
      'stream:init',
      'stream:ready',
    ]);
  });

  it('fails with the error of a `where` function that throws, then is at its end', async () => {
    const sts = await start();
    const mistake = new TypeError('no such field');
    const where = () => {
      throw mistake;
    };
    const entries = sts.entries({ event: 'stream:ready', where });
    const next = entries.next().catch((error: unknown) => error);
    await begin(sts);
    expect(await next).toBe(mistake);
    expect(await entries.next()).toEqual(DONE);
  });

  it('leaves nothing behind that looks at what comes, when the loop is left or nobody asks any more', async () => {
    const sts = await start();
    const worker = await begin(sts);
    const where = vi.fn(() => true);
    for await (const _ of sts.entries({ where })) break;
    await sts.entries({ where }).next();
    where.mockClear();
    worker.send('fragment:data', fragment(0));
    await sts.waitFor('fragment:processed');
    expect(where).not.toHaveBeenCalled();
  });

  it.each([
    [{ event: 'fragment:dta' }, /^Did you mean `fragment:data`\? `event` expected one of /],
    [{ count: 5 }, /^Expected one of `streamId`, .*, `event`, got the unknown name `count`\.$/],
    [null, /^`options` expected an object, got null\.$/],
  ])('refuses %j at once', async (options, message) => {
    const sts = await start();
    const refused = expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) });
    expect(() => sts.entries(options as object)).toThrow(refused);
  });

  it('sees each moment of a manual clock as it comes', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 1000 });
    const worker = await begin(sts);
    for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number));
    const results = sts.entries({ event: 'fragment:processed' });
    const moved = sts.clock.runToIdle();
    const times: number[] = [];
    for await (const { atMs } of results) if (times.push(atMs) === 3) break;
    await moved;
    expect(times).toEqual([1000, 1000, 1000]);
  });
});
