/** What comes after an entry: the same event awaited twice is another one, and of sessions it is one that was begun since. */

import { manualClock, type TimelineEntry } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';

watchHost();
const { start, join, begin, still } = useScriptedFixtures();
const NOW = { timeoutMs: 0 };
const STREAM = { stream_id: 'stream-1' };
const pause = { severity: 'high', action: 'pause' } as const;
const clear = { severity: 'low', action: 'none' } as const;

describe('waitFor({ since })', () => {
  it('resolves with the next one, that has come or is to come, and without it with the same again', async () => {
    const { sts } = await still();
    sts.pushBackpressure(pause);
    const first = await sts.waitFor('backpressure');
    expect(await sts.waitFor('backpressure')).toStrictEqual(first);
    const next = sts.waitFor('backpressure', { since: first });
    sts.pushBackpressure(clear);
    expect(await next).toMatchObject({ payload: { action: 'none' } });
    expect(await sts.waitFor('backpressure', { since: first, ...NOW })).toStrictEqual(await next);
    expect(await sts.waitFor('backpressure', { since: first.n, ...NOW })).toStrictEqual(await next);
    expect(await sts.waitFor('backpressure', { since: 0, ...NOW })).toStrictEqual(first);
  });

  it('counts from there, past and to come', async () => {
    const { sts } = await still();
    for (const signal of [pause, clear, pause]) sts.pushBackpressure(signal);
    const [first, second, third] = signals(sts);
    expect(await sts.waitFor('backpressure', { since: first, times: 2, ...NOW })).toStrictEqual(third);
    const later = sts.waitFor('backpressure', { since: second, times: 2 });
    sts.pushBackpressure(clear);
    expect((await later).n).toBe(third.n + 2);
  });

  it('asks a `where` function of what came after it alone', async () => {
    const { sts } = await still();
    for (const signal of [pause, clear]) sts.pushBackpressure(signal);
    const [first] = signals(sts);
    const asked: string[] = [];
    const where = ({ action }: { action: string }) => asked.push(action) > 0;
    await sts.waitFor('backpressure', { since: first, where, ...NOW });
    expect(asked).toEqual(['none']);
  });

  it('works on a scope and on the view of a session, also for a past that is claimed later', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'stream-' });
    const claimed = scope.waitFor('connect', { since: 1 });
    await begin(sts);
    const connected = await scope.waitFor('connect');
    expect(connected.n).toBe(1);
    const view = await scope.waitForSession();
    expect((await rejection(view.waitFor('connect', { since: connected, ...NOW }))).code).toBe('WAIT_TIMEOUT');
    await begin(sts, { stream_id: 'stream-2' });
    expect(await claimed).toMatchObject({ streamId: 'stream-2', n: 4 });
  });

  it('works on a timeline that keeps nothing', async () => {
    const sts = await start({ timeline: { limit: 0 } });
    const wait = sts.waitFor('connect', { since: 1 });
    for (const _ of [1, 2]) await join(sts);
    expect((await wait).n).toBe(2);
  });

  it('begins anew with the numbers after a reset, and says so when an older number is given', async () => {
    const sts = await start();
    await begin(sts);
    const ready = await sts.waitFor('stream:ready');
    await sts.reset();
    await join(sts);
    expect((await sts.waitFor('connect', { since: 0, ...NOW })).n).toBe(1);
    expect((await rejection(sts.waitFor('connect', { since: ready, ...NOW }))).message).toContain(
      'no entry has the number 3 of `since` yet, the newest is #1; numbers begin anew with `reset()`',
    );
  });
});

describe('timeline(), format() and entries()', () => {
  it('take an entry as well as its number', async () => {
    const { sts } = await still();
    for (const signal of [pause, clear]) sts.pushBackpressure(signal);
    const [first, second] = signals(sts);
    expect(sts.timeline({ since: first, direction: 'out' })).toStrictEqual([second]);
    expect(sts.timeline({ since: second })).toEqual([]);
    expect(sts.format('text', { since: first })).toBe(sts.format('text', { since: first.n }));
    expect(sts.format('text', { since: first })).not.toMatch(/pause/);
  });

  it('goes through what came after it, past and to come', async () => {
    const sts = await start();
    const worker = await begin(sts);
    const ready = await sts.waitFor('stream:ready');
    const entries = [sts.entries({ since: ready }), sts.entries({ since: 5 }), sts.entries({ since: ready.n })];
    const early = entries[1]?.next();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    await sts.close();
    const read = await Promise.all(entries.map((each) => numbers(each)));
    expect([(await early)?.value?.n, ...read]).toEqual([6, [4, 5, 6, 7], [7], [4, 5, 6, 7]]);
  });
});

describe('waitForSession({ since })', () => {
  it('resolves with the session after a reconnect, not with the one before, live or closed', async () => {
    const sts = await start();
    const before = await begin(sts);
    const old = await sts.waitForSession({ streamId: 'stream-1' });
    const ready = await sts.waitFor('stream:ready');
    const wait = sts.waitForSession({ streamId: 'stream-1', since: ready });
    const closed = sts.waitForSession({ streamId: 'stream-1', since: ready, state: 'closed' });
    before.close();
    await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    const after = await begin(sts);
    const session = await wait;
    expect(session.sessionId).toBe(sts.session('stream-1')?.sessionId);
    expect(session.sessionId).not.toBe(old.sessionId);
    after.close();
    expect((await closed).sessionId).toBe(session.sessionId);
    const { sessionId } = await sts.waitForSession({ since: ready, state: 'closed', ...NOW });
    expect(sessionId).toBe(session.sessionId);
  });

  it('goes by the `stream:init` that began the stream, whenever its connection came', async () => {
    const sts = await start();
    const worker = await join(sts);
    const connected = await sts.waitFor('connect');
    expect((await sts.waitForSession({ state: 'initializing', since: 0, ...NOW })).streamId).toBe('');
    const refused = sts.waitForSession({ state: 'initializing', since: connected, ...NOW });
    expect((await rejection(refused)).code).toBe('WAIT_TIMEOUT');
    worker.send('stream:init', { worker_id: 'w' });
    await worker.init();
    const init = await sts.waitFor('stream:init');
    expect(await sts.waitForSession({ since: init.n - 1, ...NOW })).toMatchObject({ streamId: 'stream-1' });
    expect((await rejection(sts.waitForSession({ since: init, ...NOW }))).code).toBe('WAIT_TIMEOUT');
  });

  it('sees a second stream on the same connection', async () => {
    const sts = await start({ autoCloseMs: 600_000 });
    const worker = await begin(sts);
    worker.send('stream:end', STREAM);
    const complete = await sts.waitFor('stream:complete');
    const wait = sts.waitForSession({ streamId: 'stream-1', since: complete });
    worker.send('stream:init', { ...STREAM, worker_id: 'worker-1', config: {} });
    expect(await wait).toMatchObject({ state: 'active' });
  });

  it('does not take a session that has only changed since', async () => {
    const sts = await start();
    const worker = await begin(sts);
    const ready = await sts.waitFor('stream:ready');
    const wait = sts.waitForSession({ state: 'paused', since: ready, timeoutMs: 20 });
    worker.send('stream:pause', STREAM);
    expect((await rejection(wait)).code).toBe('WAIT_TIMEOUT');
  });

  it('does not take a session that was begun while a reset was going on', async () => {
    const sts = await start();
    const worker = await begin(sts);
    for (const _ of [1, 2, 3]) sts.pushBackpressure(pause);
    const rejoined = new Promise<void>((resolve) => {
      worker.on('disconnect', () => void begin(sts).then(() => resolve()));
    });
    await Promise.all([sts.reset(), rejoined]);
    await join(sts);
    const connected = await sts.waitFor('connect');
    expect(await sts.waitForSession({ since: 0, ...NOW })).toMatchObject({ streamId: 'stream-1' });
    const { message } = await rejection(sts.waitForSession({ streamId: 'stream-1', since: connected, ...NOW }));
    expect(message).toContain('stream "stream-1": it started before the last `reset()`');
  });

  it('works on a scope, with its own sessions', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'mine-' });
    await begin(sts, { stream_id: 'mine-1' });
    const ready = await scope.waitFor('stream:ready');
    const wait = scope.waitForSession({ since: ready });
    await begin(sts, { stream_id: 'other' });
    await begin(sts, { stream_id: 'mine-2' });
    expect((await wait).streamId).toBe('mine-2');
  });
});

describe('a wait in vain', () => {
  /** On a clock that stands still, with two signals, a fragment that fails and one that succeeds. */
  async function stage(): Promise<ScriptedFixture> {
    const sts = await start({
      clock: manualClock(),
      seed: 'of this test',
      errorRules: [{ when: { sequenceNumber: 1 }, code: 'TIMEOUT' }],
    });
    const worker = await begin(sts);
    for (const number of [0, 1]) {
      worker.send('fragment:data', fragment(number));
      await nextTurn();
    }
    for (const signal of [pause, clear]) sts.pushBackpressure(signal);
    return sts;
  }

  const CASES: Readonly<Record<string, (sts: ScriptedFixture) => Promise<unknown>>> = {
    'came-before-since': (sts) => sts.waitFor('backpressure', { where: { action: 'pause' }, since: 12, ...NOW }),
    'not-since': (sts) => sts.waitFor('fragment:processed', { since: 14, ...NOW }),
    'two-of-three-since': (sts) => sts.waitFor('backpressure', { times: 3, since: 3, ...NOW }),
    'wrong-and-too-early': (sts) =>
      sts.waitFor('fragment:processed', { since: 12, where: { status: 'partial' }, ...NOW }),
    'session-begun-before-since': (sts) => sts.waitForSession({ streamId: 'stream-1', since: 3, ...NOW }),
    'session-begun-with-since': (sts) => sts.waitForSession({ since: 2, ...NOW }),
    'session-in-another-state-since': (sts) => sts.waitForSession({ since: 1, state: 'completed', ...NOW }),
    'no-such-number-yet': (sts) => sts.waitForSession({ since: 99, ...NOW }),
  };

  it.each(Object.entries(CASES))('says what came before and after it: %s', async (name, run) => {
    const { code, message } = await rejection(run(await stage()));
    expect(code).toBe('WAIT_TIMEOUT');
    await expect(`${message}\n`).toMatchFileSnapshot(`../approved/wait-since-${name}.txt`);
  });

  it('names one of those that merely came too early, and leaves room for those that arrived after it', async () => {
    const { sts } = await still();
    for (const _ of [1, 2, 3, 4]) sts.pushBackpressure(pause);
    const since = sts.timeline().at(-1) as TimelineEntry;
    sts.pushBackpressure({ severity: 'medium', action: 'slow_down' });
    const { message } = await rejection(sts.waitFor('backpressure', { where: { ...pause }, since, ...NOW }));
    const [, nearest = ''] = /nearest {3}(.*?)\n {2}state/s.exec(message) ?? [];
    expect(nearest.split('\n').map((line) => line.trim())).toEqual([
      `#${since.n} backpressure  high/pause, 0 in flight: it is the \`since\` #${since.n} itself`,
      expect.stringMatching(`^#${since.n + 2} backpressure  medium/slow_down, .*expected 'high';$`),
      "`action` is 'slow_down', expected 'pause'",
    ]);
  });

  it('does not tell of a rule that has kept back a message before it', async () => {
    const sts = await start({ errorRules: [{ on: 'stream:ready', fault: 'drop' }] });
    const worker = await join(sts);
    worker.send('stream:init', { ...STREAM, worker_id: 'worker-1', config: {} });
    const rule = await sts.waitFor('rule');
    const since = (entry: number) => rejection(sts.waitFor('stream:ready', { since: entry, ...NOW }));
    expect((await since(rule.n - 1)).message).toContain(`none, but #${rule.n} rule`);
    expect((await since(rule.n)).message).toContain('none: no `stream:ready` was recorded\n');
  });

  it('says what it waited for when the fixture is closed', async () => {
    const { sts } = await still();
    const waits = [sts.waitFor('error', { since: 2 }), sts.waitForSession({ since: 2, state: 'closed' })];
    const errors = Promise.all(waits.map((wait) => rejection(wait)));
    await sts.reset();
    expect((await errors).map(({ message }) => message)).toEqual([
      expect.stringContaining('waited for `error`, since #2;'),
      expect.stringContaining('waited for any stream in state closed, begun since #2;'),
    ]);
  });
});

describe('what is no point in the timeline', () => {
  const NONE = 'expected an entry of the timeline, or the number of one, got';
  it.each<[unknown, string]>([
    [-1, 'expected an integer ≥ 0, got -1'],
    [1.5, 'expected an integer ≥ 0, got 1.5'],
    [Number.NaN, 'expected an integer ≥ 0, got NaN'],
    ['3', `${NONE} the text "3"`],
    [null, `${NONE} null`],
    [[], `${NONE} a list`],
    [new Promise(() => {}), `${NONE} a promise`],
    [{ sessionId: 'x' }, NONE],
    [{ n: 0 }, NONE],
    [{ n: '3' }, NONE],
  ])('is refused by all that take one: %s', async (since, text) => {
    const sts = await start();
    const options = { since: since as number };
    const calls: (() => unknown)[] = [
      () => sts.timeline(options),
      () => sts.format('text', options),
      () => sts.entries(options),
      () => sts.waitFor('error', options),
      () => sts.waitForSession(options),
    ];
    for (const call of calls) {
      const { code, message } = await rejection(new Promise((resolve) => resolve(call())));
      expect([code, message.startsWith(`\`since\` ${text}`)]).toEqual(['INVALID_OPTION', true]);
    }
  });
});

/** The first three signals. */
function signals(sts: ScriptedFixture) {
  type Signal = TimelineEntry<'backpressure'>;
  return sts.timeline({ event: 'backpressure' }) as readonly TimelineEntry[] as [Signal, Signal, Signal];
}

async function numbers(entries: AsyncIterable<TimelineEntry>): Promise<number[]> {
  const read: number[] = [];
  for await (const { n } of entries) read.push(n);
  return read;
}
