/** What a test does by hand stands in the timeline, before what it brings about. */

import { manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, begin } = useScriptedFixtures();

type Timeline = { timeline(): readonly { event: string; payload: unknown }[] };

/** What the test did, in words. */
function done(sts: Timeline): string[] {
  return sts.timeline().flatMap(({ event, payload }) => (event === 'test' ? (payload as { did: string }).did : []));
}

/** The events of the timeline, and in place of `test` what it did. */
function events(sts: Timeline): string[] {
  return sts.timeline().map(({ event, payload }) => (event === 'test' ? (payload as { did: string }).did : event));
}

describe('what a test does by hand is told in words', () => {
  it('as it would write the call', async () => {
    const sts = await start();
    await begin(sts);
    sts.setDelay(40);
    sts.setDelay({ p50: 5, p99: 20 });
    sts.setDelay(() => 5);
    sts.setBackpressure(true);
    sts.setBackpressure({ high: 0.8 });
    sts.pushBackpressure({ severity: 'high', action: 'pause', recommendedDelayMs: 500 });
    sts.pushError({ code: 'GPU_OOM' });
    sts.pushError({ code: 'OWN', retryable: false, streamId: 'stream-1' });
    const rule = sts.addErrorRule({ when: { sequenceNumber: 5 }, code: 'TIMEOUT' });
    rule.remove();
    rule.remove();
    sts.addErrorRule({ when: {}, code: 'TIMEOUT' });
    sts.clearErrorRules();
    sts.clearErrorRules();
    const cut = sts.cut({ at: 'after-ack', how: 'reset' });
    cut.remove();
    cut.remove();
    expect(done(sts)).toEqual([
      'setDelay(40)',
      'setDelay({ p50: 5, p99: 20 })',
      'setDelay(a function)',
      'setBackpressure(true)',
      'setBackpressure({ high: 0.8 })',
      'pushBackpressure high/pause, wait 500 ms',
      'pushError GPU_OOM',
      'pushError OWN { retryable: false } to stream "stream-1"',
      'addErrorRule: rule 1 ({ sequenceNumber: 5 } → TIMEOUT)',
      'removed: rule 1 ({ sequenceNumber: 5 } → TIMEOUT)',
      'addErrorRule: rule 2 (every fragment → TIMEOUT)',
      'clearErrorRules: 1 rule',
      "cut ({ at: 'after-ack', how: 'reset' })",
      "removed: cut ({ at: 'after-ack', how: 'reset' })",
    ]);
  });

  it('before what it brings about', async () => {
    const sts = await start();
    await begin(sts);
    sts.pushBackpressure({ severity: 'low', action: 'none' });
    expect(events(sts).slice(-2)).toEqual(['pushBackpressure low/none', 'backpressure']);
  });

  it('also where it meets nobody', async () => {
    const sts = await start();
    sts.pushError({ code: 'GPU_OOM' });
    sts.pushBackpressure({ severity: 'low', action: 'none', streamId: 'news' });
    sts.cut({ at: 'now', how: 'reset' });
    expect(done(sts)).toEqual([
      'pushError GPU_OOM: no connection is open',
      'pushBackpressure low/none to stream "news": it has no open connection',
      "cut ({ at: 'now', how: 'reset' }): no such connection is open",
    ]);
  });

  it('of a cut at once only by the note of the cut', async () => {
    const sts = await start();
    await begin(sts);
    sts.cut({ at: 'now', how: 'reset' });
    expect(done(sts)).toEqual([]);
    expect(sts.format()).toMatch(/× cut {2}now, reset, by the test/);
  });

  it('until the fixture is reset', async () => {
    const sts = await start();
    sts.setDelay(5);
    await sts.reset();
    expect(sts.timeline()).toEqual([]);
  });
});

describe('who sees it', () => {
  it('of a scope: the scope and the fixture; of the fixture: all scopes that were open', async () => {
    const sts = await start();
    sts.setDelay(1);
    const [news, sport] = [sts.scope({ streamId: 'news' }), sts.scope({ streamId: 'sport' })];
    await begin(sts, { stream_id: 'news-1' });
    news.setDelay(2);
    sts.setDelay(3);
    expect(done(sts)).toEqual(['setDelay(1)', 'setDelay(2)', 'setDelay(3)']);
    expect(done(news)).toEqual(['setDelay(2)', 'setDelay(3)']);
    expect(done(sport)).toEqual(['setDelay(3)']);
    for (const { session } of [sts, news]) {
      const view = session('news-1');
      expect(view && done(view).slice(-2)).toEqual(['setDelay(2)', 'setDelay(3)']);
    }
  });

  it('is nobody who looks for life of a worker', async () => {
    const sts = await start();
    sts.setDelay(1);
    await sts.idle();
    expect(sts.sessions).toEqual([]);
    expect(sts.format('mermaid')).toContain('Note over sts: #35;1 · 0 ms · test setDelay(1)');
    expect(sts.format('mermaid')).not.toContain('participant w1');
    await expect(sts.waitFor('connect', { timeoutMs: 1 })).rejects.toThrow('nothing: no worker has connected');
  });
});

describe('moves of a manual clock', () => {
  it('stand before what they bring about, those in a row as one, and not at all without anything after them', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 100 });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    for (let times = 0; times < 12; times += 1) await sts.clock.advance(10);
    expect(events(sts).slice(-3)).toEqual([
      'fragment:ack',
      'clock.advance(10) ×10, 100 ms in all',
      'fragment:processed',
    ]);
    expect(sts.timeline({ event: 'test' })).toMatchObject([{ atMs: 0, direction: 'note', streamId: '' }]);
    worker.send('fragment:data', fragment(1));
    await sts.clock.runToNext();
    expect(events(sts).slice(-5)).toEqual([
      'clock.advance(10) ×2, 20 ms in all',
      'fragment:data',
      'fragment:ack',
      'clock.runToNext()',
      'fragment:processed',
    ]);
    expect(sts.timeline({ event: 'test' }).map(({ atMs }) => atMs)).toEqual([0, 100, 120]);
  });

  it('are told once however much they bring about, and of many different ones the last', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 100 });
    const worker = await begin(sts);
    worker.send('stream:end', { stream_id: 'stream-1' });
    for (const ms of [1, 2, 3, 4, 5]) await sts.clock.advance(ms);
    await sts.clock.advance(0);
    sts.setDelay(7);
    await sts.clock.runToIdle();
    expect(done(sts)).toEqual([
      'clock moved ×5, last by clock.advance(5), 15 ms in all',
      'setDelay(7)',
      'clock.runToIdle()',
    ]);
  });

  it('are told by each fixture on the clock, until it is reset or closed', async () => {
    const clock = manualClock();
    const [one, other, closed] = [await start({ clock }), await start({ clock }), await start({ clock })];
    await closed.close();
    await clock.advance(5);
    await other.reset();
    for (const sts of [one, other]) sts.setDelay(1);
    expect([one, other, closed].map(done)).toEqual([['clock.advance(5)', 'setDelay(1)'], ['setDelay(1)'], []]);
  });

  it('are seen by a scope', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 100 });
    const scope = sts.scope({ streamId: 'stream-1' });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(100);
    expect(done(scope)).toEqual(['clock.advance(100)']);
  });
});
