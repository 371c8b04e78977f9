/** Scopes: which sessions they claim, and what is their own. */

import { EchoStsError, type Scope, type ScopeOptions } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { rejection, thrown } from '../support/rejection.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

/** A worker whose stream of this name is open. */
async function begin(
  sts: ScriptedFixture,
  stream_id: string,
  worker_id = `worker of ${stream_id}`,
): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init({ stream_id, worker_id });
  return worker;
}

/** Sends fragments and waits for their results. */
async function send(worker: ScriptedWorker, stream_id: string, ...numbers: number[]): Promise<string> {
  for (const number of numbers) worker.send('fragment:data', fragment(number, { stream_id }));
  const statuses: string[] = [];
  for (const _ of numbers) statuses.push((await worker.next('fragment:processed')).status);
  return statuses.join(' ');
}

const streamsOf = (...handles: (ScriptedFixture | Scope)[]) =>
  handles.map(({ sessions }) =>
    sessions
      .map(({ streamId }) => streamId)
      .sort()
      .join(' '),
  );

describe('a scope', () => {
  it('has the url of its fixture, so that a helper works with either', async () => {
    const sts = await start();
    const worker = async (handle: ScriptedFixture | Scope) => (await join(handle)).init({ stream_id: 'mine-1' });
    const scope = sts.scope({ streamId: 'mine-' });
    await worker(scope);
    expect([scope.url, streamsOf(scope)]).toEqual([sts.url, ['mine-1']]);
  });
});

describe('a scope claims', () => {
  it('streams whose id begins as it says', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'test-1-' });
    for (const name of ['test-1-a', 'test-10-a', 'test-1-', 'a-test-1-']) await begin(sts, name);
    expect(streamsOf(scope)).toEqual(['test-1- test-1-a']);
  });

  it('streams that its function says yes to', async () => {
    const sts = await start();
    const asked: string[] = [];
    const scope = sts.scope({ streamId: (name) => asked.push(name) > 0 && name.endsWith('-a') });
    for (const name of ['test-a', 'test-b']) await begin(sts, name);
    expect([streamsOf(scope), [...new Set(asked)]]).toEqual([['test-a'], ['test-a', 'test-b']]);
  });

  it('nothing with a function that throws, or that answers anything but true', async () => {
    const sts = await start();
    const broken = sts.scope({
      streamId: () => {
        throw new Error('no idea');
      },
    });
    const vague = sts.scope({ streamId: (() => 'yes') as unknown as () => boolean });
    const worker = await begin(sts, 'test-1');
    expect([await send(worker, 'test-1', 0), streamsOf(broken, vague)]).toEqual(['success', ['', '']]);
  });

  it('streams of a worker, and of a worker and a name together', async () => {
    const sts = await start();
    const byWorker = sts.scope({ workerId: 'worker-1' });
    const byBoth = sts.scope({ workerId: 'worker-1', streamId: 'b' });
    await begin(sts, 'a', 'worker-1');
    await begin(sts, 'b', 'worker-1');
    await begin(sts, 'b', 'worker-2');
    expect(streamsOf(byWorker, byBoth)).toEqual(['a', 'b']);
  });

  it.each([[['test-1', 'test-1-', 'test-']], [['test-', 'test-1', 'test-1-']], [['test-1-', 'test-', 'test-1']]])(
    'with the longest beginning first, in whichever order they were made: %j',
    async (prefixes) => {
      const sts = await start();
      const scopes = new Map(prefixes.map((streamId) => [streamId, sts.scope({ streamId })]));
      for (const name of ['test-1-a', 'test-10-a', 'test-2-a']) await begin(sts, name);
      const claimed = ['test-', 'test-1', 'test-1-'].map((prefix) => streamsOf(scopes.get(prefix) as Scope)[0]);
      expect(claimed).toEqual(['test-2-a', 'test-10-a', 'test-1-a']);
    },
  );

  it('with a beginning before a function, and the newest of equals first', async () => {
    const sts = await start();
    const named = sts.scope({ streamId: 't' });
    const older = sts.scope({ streamId: () => true });
    const newer = sts.scope({ streamId: () => true });
    const twin = sts.scope({ streamId: 't' });
    for (const name of ['t', 'u']) await begin(sts, name);
    expect(streamsOf(named, older, newer, twin)).toEqual(['', '', 'u', 't']);
  });

  it('the sessions of a stream that comes back on another connection', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'test-' });
    (await begin(sts, 'test-1')).close();
    await scope.waitForSession({ streamId: 'test-1', state: 'closed' });
    await begin(sts, 'test-1');
    expect([scope.session('test-1')?.state, streamsOf(scope)]).toEqual(['active', ['test-1 test-1']]);
  });

  it('by the headers what has not begun a stream yet, and by `stream:init` after that', async () => {
    const sts = await start();
    const [header, own] = [sts.scope({ streamId: 'header-' }), sts.scope({ streamId: 'own-' })];
    const worker = await join(sts, { extraHeaders: { 'X-Stream-ID': 'header-1' } });
    const counts = [header.sessions.length, own.sessions.length];
    await worker.init({ stream_id: 'own-1' });
    counts.push(header.sessions.length, own.sessions.length);
    expect(counts).toEqual([1, 0, 0, 1]);
    expect(own.timeline().map(({ event }) => event)).toEqual(['connect', 'stream:init', 'stream:ready']);
  });

  it('by the header of the worker alone, without asking a function for a stream that has no name', async () => {
    const sts = await start();
    const asked: string[] = [];
    sts.scope({ streamId: (name) => asked.push(name) > 0 });
    const scope = sts.scope({ workerId: 'worker-1' });
    await join(sts, { extraHeaders: { 'X-Worker-ID': 'worker-1' } });
    expect([scope.sessions.length, asked]).toEqual([1, []]);
  });
});

describe('a scope has its own', () => {
  /** Two scopes, and a worker in each. */
  async function two() {
    const sts = await start();
    const mine = sts.scope({ streamId: 'mine-' });
    const other = sts.scope({ streamId: 'other-' });
    const [worker, stranger] = [await begin(sts, 'mine-1'), await begin(sts, 'other-1')];
    return { sts, mine, other, worker, stranger };
  }

  it('rules, which come before the fixture’s', async () => {
    const { sts, mine, other, worker, stranger } = await two();
    sts.addErrorRule({ when: {}, code: 'GPU_OOM' });
    const rule = mine.addErrorRule({ when: { everyNth: 2 }, code: 'TIMEOUT' });
    for (const [each, name] of [
      [worker, 'mine-1'],
      [stranger, 'other-1'],
    ] as const)
      await send(each, name, 0, 1);
    const codes = [worker, stranger].map((each) => each.all('fragment:processed').map(({ error }) => error.code));
    expect([codes, rule.hits, mine.errorRules.length, other.errorRules.length, sts.errorRules.length]).toEqual([
      [
        ['GPU_OOM', 'TIMEOUT'],
        ['GPU_OOM', 'GPU_OOM'],
      ],
      1,
      1,
      0,
      1,
    ]);
    mine.clearErrorRules();
    expect([mine.errorRules.length, sts.errorRules.length]).toEqual([0, 1]);
  });

  it('delay, which the fixture’s does not touch', async () => {
    const { sts, mine, worker, stranger } = await two();
    const late = await join(sts);
    mine.setDelay(3);
    sts.setDelay(5);
    await late.init({ stream_id: 'mine-2' });
    for (const [each, name] of [
      [worker, 'mine-1'],
      [stranger, 'other-1'],
      [late, 'mine-2'],
    ] as const)
      await send(each, name, 0);
    const estimates = [worker, stranger, late].map((each) => each.all('fragment:ack')[0].estimated_completion_ms);
    expect(estimates).toEqual([3, 5, 3]);
  });

  it('backpressure, which the fixture’s does not touch', async () => {
    const { sts, mine, worker, stranger } = await two();
    mine.setBackpressure({ low: 0.1, medium: 0.1, high: 0.1, recommendedDelayMs: 7 });
    sts.setBackpressure(false);
    for (const [each, name] of [
      [worker, 'mine-1'],
      [stranger, 'other-1'],
    ] as const)
      await send(each, name, 0);
    mine.pushBackpressure({ severity: 'low', action: 'none' });
    await worker.next('backpressure');
    await sts.idle();
    expect([outline(worker).filter((line) => line.startsWith('backpressure')), stranger.all('backpressure')]).toEqual([
      ['backpressure high pause 1', 'backpressure low none 0', 'backpressure low none 0'],
      [],
    ]);
  });

  it('cuts', async () => {
    const { sts, mine, worker, stranger } = await two();
    const cut = mine.cut({ at: 'before-processed', how: 'transport-close' });
    await send(stranger, 'other-1', 0);
    worker.send('fragment:data', fragment(0, { stream_id: 'mine-1' }));
    expect([await worker.next('disconnect'), cut.hits, sts.connections]).toEqual(['transport close', 1, 1]);
    mine.cut({ at: 'now', how: 'reset' });
    expect(await send(stranger, 'other-1', 1)).toBe('success');
  });

  it('cuts at connect for workers that name their stream in the header', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'mine-' });
    scope.cut({ at: 'connect', how: 'server-disconnect' });
    const [mine, other] = [
      await join(sts, { extraHeaders: { 'X-Stream-ID': 'mine-1' } }),
      await join(sts, { extraHeaders: { 'X-Stream-ID': 'other-1' } }),
    ];
    expect(await mine.next('disconnect')).toBe('io server disconnect');
    await other.init();
  });

  it('timeline, with the numbers of the whole', async () => {
    const { sts, mine, other, worker, stranger } = await two();
    await send(stranger, 'other-1', 0);
    await send(worker, 'mine-1', 0);
    const [all, ...parts] = [sts, mine, other].map((handle) => handle.timeline());
    expect(parts.map((entries) => [...new Set(entries?.map(({ streamId }) => streamId))])).toEqual([
      ['mine-1'],
      ['other-1'],
    ]);
    expect(parts.flat().sort((a, b) => a.n - b.n)).toEqual(all);
    expect(mine.format()).not.toContain('other-1');
  });

  it('sessions', async () => {
    const { sts, mine, other } = await two();
    expect([mine.session('mine-1')?.streamId, mine.session('other-1'), other.session('other-1')?.state]).toEqual([
      'mine-1',
      undefined,
      'active',
    ]);
    expect(streamsOf(sts, mine, other)).toEqual(['mine-1 other-1', 'mine-1', 'other-1']);
    const { code } = await rejection(mine.waitForSession({ streamId: 'other-1', timeoutMs: 1 }));
    expect(code).toBe('WAIT_TIMEOUT');
  });

  it('waits', async () => {
    const { mine, worker, stranger } = await two();
    const waiting = mine.waitFor('fragment:data', { times: 2 });
    await send(stranger, 'other-1', 0, 1);
    await send(worker, 'mine-1', 0, 1);
    expect(await waiting).toMatchObject({ streamId: 'mine-1', sequenceNumber: 1 });
  });

  it('expectations', async () => {
    const { sts, mine, other, worker, stranger } = await two();
    const seen: string[] = [];
    const where = (_: unknown, { streamId }: { streamId: string }) => seen.push(streamId) > 0;
    const expected = mine.expectEvent({ event: 'fragment:data', where, times: 1 });
    const strange = other.expectEvent({ event: 'fragment:data', times: 2 });
    const all = sts.expectEvent({ event: 'fragment:data', times: 3 });
    await send(stranger, 'other-1', 0, 1);
    await send(worker, 'mine-1', 0);
    expect([expected.hits, strange.hits, all.hits, seen]).toEqual([1, 2, 3, ['mine-1']]);
    await Promise.all([mine.verify(), other.verify(), sts.verify()]);
  });

  it('rest', async () => {
    const { mine, other, stranger } = await two();
    other.setDelay(600_000);
    stranger.send('fragment:data', fragment(0, { stream_id: 'other-1' }));
    await stranger.next('fragment:ack');
    await mine.idle();
    expect((await rejection(other.idle({ timeoutMs: 20 }))).code).toBe('WAIT_TIMEOUT');
  });

  it('violations', async () => {
    const { sts, mine, other, worker } = await two();
    worker.send('fragment:data', fragment(0, { stream_id: 'other-1' }));
    await worker.next('error');
    expect([sts, mine, other].map((handle) => handle.violations().map(({ kind }) => kind))).toEqual([
      ['foreign-stream'],
      ['foreign-stream'],
      [],
    ]);
  });
});

describe('what a worker did before its stream had a name', () => {
  it('belongs to the scope that claims it, for what was expected before and after', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'mine-' });
    const other = sts.scope({ streamId: 'other-' });
    const early = scope.expectEvent({ event: 'connect', times: 1 });
    const refused = scope.expectEvent({ event: 'malformed', times: 1 });
    const none = other.expectEvent({ event: 'connect', times: 0 });
    const all = sts.expectEvent({ event: 'connect', times: 1 });
    const waiting = scope.waitFor('connect');
    const worker = await join(sts);
    worker.send('stream:init', {});
    await worker.next('error');
    const before = [early.hits, refused.hits];
    await worker.init({ stream_id: 'mine-1' });
    const late = scope.expectEvent({ event: 'connect', times: 1 });
    expect([before, early.hits, refused.hits, late.hits, none.hits, all.hits]).toEqual([[0, 0], 1, 1, 1, 0, 1]);
    expect(await waiting).toMatchObject({ n: 1, streamId: 'mine-1' });
  });

  it('is waited for by verify(), if it is on its way', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'mine-' });
    scope.expectEvent({ event: 'fragment:data', times: 2 });
    const worker = await join(sts);
    worker.send('stream:init', init({ stream_id: 'mine-1' }));
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number, { stream_id: 'mine-1' }));
    await scope.verify();
  });
});

describe('a scope that is not as documented', () => {
  const cases: [name: string, options: unknown, complaint: RegExp][] = [
    ['options', undefined, /expected an object/],
    ['options', {}, /expected `streamId` or `workerId`, got neither/],
    ['streamId', { streamId: '' }, /the beginning of stream ids, or a function, got an empty string/],
    ['streamId', { streamId: 5 }, /the beginning of stream ids, or a function, got 5/],
    ['workerId', { workerId: '' }, /a non-empty string, got an empty string/],
  ];

  it.each(cases)('is refused by its `%s`, and claims nothing: %j', async (name, options, complaint) => {
    const sts = await start();
    const error = await thrown(() => sts.scope(options as ScopeOptions));
    expect(error).toBeInstanceOf(EchoStsError);
    expect([error.code, error.message]).toEqual(['INVALID_OPTION', expect.stringMatching(complaint)]);
    expect(error.message.startsWith(`\`${name}\` `)).toBe(true);
    await begin(sts, 'stream-1');
    await sts.verify();
  });

  it.each([
    [
      { streamId: 'a', colour: 'red' },
      'Expected one of `streamId`, `workerId`, `conduct`, got the unknown name `colour`.',
    ],
    [{ workerid: 'a' }, /^Did you mean `workerId`\? Expected one of .*, got the unknown name `workerid`\.$/],
    [
      { streamId: 'a', conduct: 'stict' },
      'Did you mean `strict`? `conduct` expected one of "lenient", "strict", got "stict".',
    ],
  ])('is refused with the names that there are: %j', async (options, complaint) => {
    const { message } = await thrown(async () => (await start()).scope(options as ScopeOptions));
    expect(message).toEqual(typeof complaint === 'string' ? complaint : expect.stringMatching(complaint));
  });
});
