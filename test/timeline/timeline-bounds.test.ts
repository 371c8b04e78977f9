/** How much a timeline keeps, and where it ends and begins anew. */

import { describe, expect, it } from 'vitest';
import { outline } from '../support/entries.js';
import { watchHost } from '../support/host.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';

watchHost();
const { start, join, begin } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };

describe('the bounds of a timeline', () => {
  it.each([
    [5, [9, 10, 11, 12, 13]],
    [1, [13]],
    [0, []],
  ])('of %i entries let the oldest go', async (limit, numbers) => {
    const sts = await start({ timeline: { limit } });
    const worker = await begin(sts);
    for (let count = 0; count < 10; count += 1) worker.send('stream:resume', STREAM);
    await sts.idle();
    expect(sts.timeline().map(({ n }) => n)).toEqual(numbers);
    expect(sts.format()).toContain(`${13 - limit} older entries were dropped`);
  });

  it('keep 5000 entries unless told otherwise', async () => {
    const sts = await start();
    const worker = await begin(sts);
    for (let count = 0; count < 5100; count += 1) worker.send('stream:resume', STREAM);
    await sts.idle();
    const entries = sts.timeline();
    expect([entries.length, entries[0]?.n, entries.at(-1)?.n]).toEqual([5000, 104, 5103]);
  });

  it('cut texts at 500 characters, payloads at 200 values, and what is deeper than 16', async () => {
    const sts = await start();
    const worker = await join(sts);
    let deep: unknown = 'bottom';
    for (let depth = 0; depth < 40; depth += 1) deep = [deep];
    worker.send('one', 'x'.repeat(501));
    worker.send(
      'two',
      Array.from({ length: 1000 }, (_, index) => index),
    );
    worker.send('three', Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key-${index}`, index])));
    worker.send('four', deep);
    worker.send('five', { ['k'.repeat(600)]: 1 });
    await sts.idle();
    const [text, list, record, nested, key] = sts.timeline({ event: 'unknown' }).map(({ payload }) => payload.payload);
    expect(text).toBe(`${'x'.repeat(500)}…`);
    expect((list as unknown[]).length).toBeLessThanOrEqual(200);
    expect((list as unknown[]).slice(0, 3)).toEqual([0, 1, 2]);
    expect(Object.keys(record as object).length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(nested)).toMatch(/^\[{14,16}"…"\]{14,16}$/);
    expect(key).toEqual({ [`${'k'.repeat(500)}…`]: 1 });
  });

  it('keep 16 million characters in all, in fewer entries when they are long', async () => {
    const sts = await start();
    const worker = await join(sts);
    const long = Array.from({ length: 150 }, () => 'y'.repeat(500));
    for (let count = 0; count < 300; count += 1) worker.send('long', long);
    await sts.idle();
    const entries = sts.timeline();
    const kept = JSON.stringify(entries).length;
    expect(entries.at(-1)?.n).toBe(601);
    expect(entries.length).toBeLessThan(500);
    expect(kept).toBeGreaterThan(12 * 1024 ** 2);
    expect(kept).toBeLessThan(17 * 1024 ** 2);
  });
});

describe('a timeline ends and begins', () => {
  it('anew with reset(), at number 1', async () => {
    const sts = await start();
    await begin(sts);
    await sts.reset();
    expect(sts.timeline()).toEqual([]);
    await begin(sts);
    expect(outline(sts.timeline())).toEqual(['1 note connect', '2 in stream:init', '3 out stream:ready {"entry":2}']);
  });

  it('anew with reset() also when a worker neither reads nor goes', async () => {
    const sts = await start();
    const worker = await begin(sts);
    for (const how of ['mute-pings', 'half-open'] as const) sts.cut({ at: 'now', how });
    await sts.reset();
    expect([sts.timeline(), sts.sessions, sts.connections]).toEqual([[], [], 0]);
    await worker.next('disconnect');
    expect(sts.timeline()).toEqual([]);
  });

  it('not with close(): it can still be read, with the end of its connections', async () => {
    const sts = await start();
    const worker = await begin(sts);
    await sts.close();
    await worker.next('disconnect');
    expect(outline(sts.timeline())).toEqual([
      '1 note connect',
      '2 in stream:init',
      '3 out stream:ready {"entry":2}',
      '4 note disconnect',
    ]);
    expect(sts.session('stream-1')?.timeline({ limit: 1 })).toMatchObject([
      { payload: { reason: 'server namespace disconnect', by: 'fixture' } },
    ]);
    expect(sts.format()).toContain('stream:ready');
  });
});
