/** How a scope ends, alone or with its fixture, and what belongs to no scope. */

import type { Scope } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { rejection, thrown, unwrapped } from '../support/rejection.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

/** A worker whose stream of this name is open. */
async function begin(sts: ScriptedFixture, stream_id: string): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init({ stream_id, worker_id: `worker of ${stream_id}` });
  return worker;
}

async function pair() {
  const sts = await start();
  return { sts, mine: sts.scope({ streamId: 'mine-' }), other: sts.scope({ streamId: 'other-' }) };
}

describe('close() of a scope', () => {
  it('disconnects its workers and no others', async () => {
    const { sts, mine } = await pair();
    const workers = [await begin(sts, 'mine-1'), await begin(sts, 'mine-2'), await begin(sts, 'other-1')];
    await mine.close();
    expect(await Promise.all(workers.slice(0, 2).map((worker) => worker.next('disconnect')))).toEqual([
      'io server disconnect',
      'io server disconnect',
    ]);
    expect([workers[2]?.isConnected, sts.connections]).toEqual([true, 1]);
    expect(mine.sessions.map(({ state }) => state)).toEqual(['closed', 'closed']);
  });

  it('happens at the end of a block with `await using`', async () => {
    const sts = await start();
    let worker: ScriptedWorker;
    {
      await using scope = sts.scope({ streamId: 'mine-' });
      scope.expectEvent({ event: 'stream:init' });
      worker = await begin(sts, 'mine-1');
    }
    expect(await worker.next('disconnect')).toBe('io server disconnect');
  });

  it('leaves the views of its sessions as they are: they can be read and waited for', async () => {
    const { sts, mine } = await pair();
    await begin(sts, 'mine-1');
    const view = mine.session('mine-1');
    await mine.close();
    await view?.idle();
    expect((await view?.waitFor('disconnect'))?.streamId).toBe('mine-1');
    expect((await rejection(view?.waitFor('stream:end', { timeoutMs: 1 }) as Promise<unknown>)).code).toBe(
      'WAIT_TIMEOUT',
    );
  });

  it('may be called twice, at the same time and again, and unbound', async () => {
    const { sts, mine } = await pair();
    const worker = await begin(sts, 'mine-1');
    const { close } = mine;
    await Promise.all([close(), mine.close(), mine[Symbol.asyncDispose]()]);
    await close();
    await worker.next('disconnect');
    expect(worker.all('disconnect')).toHaveLength(1);
  });

  it('rejects what waits in it, and lets others wait', async () => {
    const { sts, mine, other } = await pair();
    await begin(sts, 'mine-1');
    const session = mine.session('mine-1');
    const pending = [
      mine.waitFor('stream:end'),
      mine.waitForSession({ streamId: 'mine-9' }),
      session?.waitFor('stream:end') as Promise<unknown>,
    ].map(rejection);
    const waiting = [other.waitFor('fragment:data'), sts.waitFor('fragment:data'), other.waitForSession()];
    await mine.close();
    const errors = await Promise.all(pending);
    expect(errors.map(({ code }) => code)).toEqual(['CLOSED', 'CLOSED', 'CLOSED']);
    expect(errors[0]?.message).toBe(
      'the scope was closed while `waitFor` waited for `stream:end`; await its promise before that.',
    );
    const worker = await begin(sts, 'other-1');
    worker.send('fragment:data', fragment(0, { stream_id: 'other-1' }));
    expect(await Promise.all(waiting)).toMatchObject(Array(3).fill({ streamId: 'other-1' }));
  });

  it('ends its iterators, and no others', async () => {
    const { sts, mine, other } = await pair();
    await begin(sts, 'mine-1');
    const mineNext = mine.entries({ event: 'stream:end' }).next();
    const next = other.entries({ event: 'stream:init' }).next();
    await mine.close();
    await begin(sts, 'other-1');
    expect([await mineNext, (await next).value.streamId]).toEqual([{ done: true, value: undefined }, 'other-1']);
  });

  it('takes its rules out of force', async () => {
    const { sts, mine } = await pair();
    mine.addErrorRule({ when: {}, code: 'TIMEOUT' });
    await mine.close();
    const worker = await begin(sts, 'mine-1');
    worker.send('fragment:data', fragment(0, { stream_id: 'mine-1' }));
    expect((await worker.next('fragment:processed')).status).toBe('success');
  });

  it('gives up its claim to the next that makes it', async () => {
    const { sts, mine } = await pair();
    await begin(sts, 'mine-1');
    await mine.close();
    const next = sts.scope({ streamId: 'mine-' });
    await begin(sts, 'mine-1');
    expect([mine.sessions.length, next.sessions.length, next.session('mine-1')?.state]).toEqual([1, 1, 'active']);
    await sts.verify();
  });

  it('counts what it brings about itself for no expectation', async () => {
    const { sts, mine } = await pair();
    await begin(sts, 'mine-1');
    mine.expectEvent({ event: 'disconnect', times: 0 });
    await mine.close();
    await mine.verify();
  });
});

describe('a scope that is closed', () => {
  const asks: [name: string, ask: (scope: Scope) => unknown][] = [
    ['expectEvent', (scope) => scope.expectEvent({ event: 'stream:end' })],
    ['waitFor', (scope) => scope.waitFor('stream:end')],
    ['waitForSession', (scope) => scope.waitForSession({ state: 'paused' })],
    ['idle', (scope) => scope.idle()],
    ['setDelay', (scope) => scope.setDelay(5)],
    ['setBackpressure', (scope) => scope.setBackpressure(true)],
    ['pushBackpressure', (scope) => scope.pushBackpressure({ severity: 'low', action: 'none' })],
    ['addErrorRule', (scope) => scope.addErrorRule({ when: {}, code: 'TIMEOUT' })],
    ['cut', (scope) => scope.cut({ at: 'now', how: 'reset' })],
  ];

  it.each(asks)('refuses `%s`, and says what to do', async (name, ask) => {
    const { mine } = await pair();
    await mine.close();
    const { code, message } = await thrown(() => ask(mine));
    expect([code, message]).toEqual([
      'CLOSED',
      `\`${name}\` was called after the scope was closed; make a new one with \`sts.scope()\`.`,
    ]);
  });

  it.each(asks)('refuses `%s` after close() of the fixture', async (name, ask) => {
    const { sts, mine } = await pair();
    await sts.close();
    const { code, message } = await thrown(() => ask(mine));
    expect([code, message]).toEqual([
      'CLOSED',
      `\`${name}\` was called after \`close()\`; create a new fixture with \`createEchoSts()\`.`,
    ]);
    expect((await thrown(() => sts.scope({ streamId: 'a' }))).code).toBe('CLOSED');
  });

  it('can still be read', async () => {
    const { sts, mine } = await pair();
    const worker = await begin(sts, 'mine-1');
    worker.send('fragment:data', fragment(7, { stream_id: 'mine-1' }));
    await worker.next('error');
    await mine.close();
    expect([
      mine.timeline().length,
      mine.sessions.length,
      mine.session('mine-1')?.state,
      mine.violations().map(({ kind }) => kind),
      mine.format().includes('stream:init'),
    ]).toEqual([sts.timeline().length, 1, 'closed', ['skipped-sequence-number'], true]);
    expect(await mine.waitFor('stream:init')).toMatchObject({ streamId: 'mine-1' });
  });
});

describe('reset()', () => {
  it('closes all scopes: their workers, waits, claims and plans', async () => {
    const { sts, mine, other } = await pair();
    const worker = await begin(sts, 'mine-1');
    const pending = [mine.waitFor('stream:end'), other.waitForSession()].map(rejection);
    mine.expectEvent({ event: 'stream:end' });
    mine.addErrorRule({ when: {}, code: 'TIMEOUT' });
    await sts.reset();
    const codes = (await Promise.all(pending)).map(({ code }) => code);
    expect([await worker.next('disconnect'), codes]).toEqual(['io server disconnect', ['RESET', 'RESET']]);
    expect([mine.sessions, mine.timeline(), mine.violations()]).toEqual([[], [], []]);
    expect((await thrown(() => mine.setDelay(1))).code).toBe('CLOSED');
    await mine.verify();
  });

  it('forgets that there were scopes: nothing is unclaimed after it', async () => {
    const { sts } = await pair();
    await begin(sts, 'stream-1');
    await rejection(sts.verify());
    await sts.reset();
    await begin(sts, 'stream-1');
    sts.scope({ streamId: 'mine-' });
    await sts.verify();
    expect(sts.timeline({ event: 'unclaimed' })).toEqual([]);
  });
});

describe('a stream that no scope claims', () => {
  it('is served, noted in the timeline, and reported by verify() of the fixture', async () => {
    const { sts } = await pair();
    const worker = await begin(sts, 'stray-1');
    worker.send('fragment:data', fragment(0, { stream_id: 'stray-1' }));
    expect((await worker.next('fragment:processed')).status).toBe('success');
    expect(sts.timeline({ event: 'unclaimed' })).toMatchObject([
      { direction: 'note', streamId: 'stray-1', payload: { workerId: 'worker of stray-1' } },
    ]);
    const { code, message } = await rejection(sts.verify());
    expect([code, message]).toEqual(['VERIFY_FAILED', expect.stringMatching(/unclaimed stream "stray-1" of worker/)]);
  });

  it('is told with what the scopes claimed that were open then, whatever has been opened and closed since', async () => {
    const sts = await start();
    const mine = sts.scope({ streamId: 'mine-' });
    await begin(sts, 'stray-1');
    await mine.close();
    await begin(sts, 'stray-2');
    sts.scope({ streamId: 'late-' });
    const text = unwrapped((await rejection(sts.verify())).message);
    expect(text).toMatch(/"stray-1" .*? claimed it; those open then claimed "mine-…": start it with an id that/);
    expect(text).toMatch(
      /"stray-2" .*? claimed it; none was open then; the last one, closed before, claimed "mine-…":/,
    );
    expect(text).not.toContain('"late-');
  });

  it('is reported by verify() although the timeline keeps nothing', async () => {
    const sts = await start({ timeline: { limit: 0 } });
    sts.scope({ streamId: 'mine-' });
    await begin(sts, 'stray-1');
    expect((await rejection(sts.verify())).message).toMatch(/1 worker without a scope/);
  });

  it('is in the text of every failure, in a scope too, whose verify() does not fail for it', async () => {
    const { sts, mine } = await pair();
    await begin(sts, 'stray-1');
    await mine.verify();
    const errors = await Promise.all([
      rejection(sts.waitFor('stream:end', { timeoutMs: 1 })),
      rejection(mine.waitForSession({ timeoutMs: 1 })),
      rejection(mine.waitFor('stream:end', { timeoutMs: 1 })),
    ]);
    mine.expectEvent({ event: 'stream:end' });
    errors.push(await rejection(mine.verify()));
    for (const { message } of errors) expect(message).toMatch(/\n {2}unclaimed {1,2}stream "stray-1" of worker/);
  });

  it.each([
    ['begun before there was a scope', 'before'],
    ['whose scope has been closed since', 'after'],
  ])('is not one that was %s', async (_, when) => {
    const sts = await start();
    if (when === 'before') await begin(sts, 'mine-1');
    const scope = sts.scope({ streamId: 'mine-' });
    if (when === 'after') await begin(sts, 'mine-1');
    await scope.close();
    await sts.verify();
    expect(sts.timeline({ event: 'unclaimed' })).toEqual([]);
  });

  it('is not a connection that only steers, but one whose stream was refused', async () => {
    const { sts } = await pair();
    const control = await join(sts);
    control.send('config:error_simulation', { enabled: true, rules: [], scope: 'server' });
    await control.next('config:error_simulation:ack');
    await sts.verify();
    const worker = await join(sts);
    worker.send('stream:init', { stream_id: 'mine-1' });
    await worker.next('error');
    expect(unwrapped((await rejection(sts.verify())).message)).toMatch(
      /unclaimed a connection without a stream belongs to no scope; last `error` event INVALID_CONFIG: /,
    );
  });
});

it('violations in a scope are reported once: by the scope when it was verified, or else by the fixture', async () => {
  const sts = await start({ conduct: 'strict' });
  const verified = sts.scope({ streamId: 'verified-' });
  const excused = sts.scope({ streamId: 'excused-' });
  const forgotten = sts.scope({ streamId: 'forgotten-' });
  for (const name of ['verified-1', 'excused-1', 'forgotten-1']) {
    const worker = await begin(sts, name);
    worker.send('fragment:data', fragment(9, { stream_id: name }));
    await worker.next('error');
  }
  expect((await rejection(verified.verify())).message).toMatch(/found 1 violation\.\n/);
  await excused.verify({ allow: ['skipped-sequence-number'] });
  await forgotten.close();
  const { message } = await rejection(sts.verify());
  expect(message).toMatch(/found 1 violation\.\n[\s\S]*skipped-sequence-number, stream "forgotten-1"/);
  expect(sts.violations()).toHaveLength(3);
});
