/** What proved nothing: which caps and signals `verify()` lists, and when it fails on them. */

import { type EchoStsOptions, type ErrorRule, manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { PROVED_NOTHING } from '../../src/handle/proved-nothing.js';
import { watchHost } from '../support/host.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

const send = (worker: ScriptedWorker, ...numbers: number[]) => {
  for (const number of numbers) worker.send('fragment:data', fragment(number));
};

/** A fixture and a worker with an open stream. */
async function begun(options: EchoStsOptions = {}) {
  const sts = await start({ clock: manualClock(), seed: 'of this test', ...options });
  const worker = await join(sts);
  await worker.init();
  return { sts, worker, signal: (action: 'pause' | 'slow_down' | 'none') => push(sts, action) };
}

function push(sts: Awaited<ReturnType<typeof start>>, action: 'pause' | 'slow_down' | 'none') {
  sts.pushBackpressure({ severity: 'high', action });
}

/** What a runner would say of it. */
const said = (sts: object): string[] => Reflect.apply(Reflect.get(sts, PROVED_NOTHING), sts, []);

const fails = { vacuous: 'fail' } as const;

/** What is listed of a fixture whose worker has sent fragments 0 and 1. */
async function listed(rule: ErrorRule): Promise<string[]> {
  const { sts, worker } = await begun({ errorRules: [rule] });
  send(worker, 0, 1);
  await sts.idle();
  return said(sts);
}

describe('a rule or a cut whose `times` was not used up', () => {
  it.each<[ErrorRule, listed: string | undefined]>([
    [{ when: {}, code: 'TIMEOUT', times: 3 }, 'rule 1 (every fragment → TIMEOUT) hit 2 times, and its `times` is 3'],
    [
      { when: { sequenceNumber: 1 }, fault: 'drop', times: 2 },
      'rule 1 ({ sequenceNumber: 1 } → fault drop) hit once, and its `times` is 2',
    ],
    [
      { on: 'stream:ready', fault: 'duplicate', times: 2 },
      'rule 1 (every stream:ready → fault duplicate) hit once, and its `times` is 2',
    ],
    [{ when: {}, code: 'TIMEOUT', times: 2 }, undefined],
    [{ when: {}, code: 'TIMEOUT' }, undefined],
    [{ when: {}, code: 'TIMEOUT', times: 3, optional: true }, undefined],
    [{ when: { probability: 0.999 }, code: 'TIMEOUT', times: 3 }, undefined],
    [{ when: { sequenceNumber: 7 }, code: 'TIMEOUT', times: 3 }, undefined],
  ])('is listed: %j', async (rule, expected) => {
    expect(await listed(rule)).toEqual(expected === undefined ? [] : [expected]);
  });

  it.each([
    [false, ["cut ({ at: 'after-ack', how: 'stall' }) hit once, and its `times` is 2"]],
    [true, []],
  ])('is listed of a cut as well, unless that is optional: %s', async (optional, expected) => {
    const { sts, worker } = await begun();
    sts.cut({ at: 'after-ack', how: 'stall', times: 2, optional });
    send(worker, 0);
    await sts.waitFor('cut');
    expect(said(sts)).toEqual(expected);
  });
});

describe('a signal after which no fragment came', () => {
  it.each(['pause', 'slow_down'] as const)('is listed: %s', async (action) => {
    const { sts, worker, signal } = await begun();
    send(worker, 0);
    signal(action);
    signal('none');
    await sts.idle();
    const [entry] = sts.timeline({ event: 'backpressure' });
    expect(said(sts)).toEqual([
      expect.stringMatching(
        `^#${entry?.n} backpressure  high/${action}, .*: no fragment of stream "stream-1" arrived after it$`,
      ),
    ]);
    send(worker, 1);
    expect(said(sts)).toEqual([]);
  });

  it('is none if it follows from a violation, which is reported itself', async () => {
    const { sts, worker } = await begun();
    for (const number of [0, 1, 2, 3]) send(worker, number);
    await sts.waitFor('backpressure', { where: { action: 'pause' } });
    expect(sts.violations().map(({ kind }) => kind)).toContain('exceeded-max-inflight');
    expect(said(sts)).toEqual([]);
  });

  it('is none if it says that the worker may go on', async () => {
    const { sts, signal } = await begun();
    signal('none');
    expect(said(sts)).toEqual([]);
  });

  it('is none if the like of it was tried before: the last fragment may bring about another one', async () => {
    const { sts, worker, signal } = await begun();
    signal('pause');
    send(worker, 0);
    signal('pause');
    signal('slow_down');
    expect(said(sts)).toEqual([expect.stringContaining('high/slow_down')]);
  });

  it('counts in its own session: what comes on the next connection does not', async () => {
    const { sts, worker, signal } = await begun();
    send(worker, 0);
    signal('pause');
    worker.close();
    const next = await join(sts);
    await next.init();
    send(next, 0);
    expect(said(sts)).toEqual([expect.stringContaining('no fragment of stream stream-1/1 arrived after it')]);
  });
});

describe('`verify()`', () => {
  it('does not mind, unless `vacuous` says so', async () => {
    const { sts, signal } = await begun();
    signal('pause');
    await sts.verify();
    const strict = await begun(fails);
    strict.signal('pause');
    const { code, message } = await rejection(strict.sts.verify());
    expect([code, message]).toEqual([
      'VERIFY_FAILED',
      expect.stringMatching(
        /^`verify` found 1 thing that proved nothing\.\n\n {2}proved nothing:\n {12}#5 backpressure /,
      ),
    ]);
  });

  it('lists it where it fails anyway, and does not count it', async () => {
    const { sts, worker, signal } = await begun({ errorRules: [{ when: {}, code: 'TIMEOUT', times: 3 }] });
    sts.expectEvent({ event: 'stream:end' });
    send(worker, 0);
    await nextTurn();
    signal('slow_down');
    const { message } = await rejection(sts.verify());
    expect(message).toMatch(/^`verify` found 1 unmet expectation\.\n/);
    await expect(`${message}\n`).toMatchFileSnapshot('../approved/verify-proved-nothing.txt');
  });

  it('of a scope looks at what is its own, and that of the fixture leaves that to it', async () => {
    const sts = await start({ ...fails, clock: manualClock() });
    const scope = sts.scope({ streamId: 'mine/' });
    const [mine, other] = [await join(sts), await join(sts)];
    await mine.init({ stream_id: 'mine/news' });
    await sts.verify();
    sts.pushBackpressure({ severity: 'high', action: 'pause' });
    await sts.verify();
    expect((await rejection(scope.verify())).message).toContain('no fragment of stream "mine/news" arrived after it');
    await scope.close();
    other.close();
  });

  it('at the end of a block with `await using` is as strict', async () => {
    const ended = async () => {
      await using sts = await start({ ...fails, errorRules: [{ when: {}, code: 'TIMEOUT', times: 2 }] });
      const worker = await join(sts);
      worker.send('stream:init', init());
      send(worker, 0);
    };
    expect((await rejection(ended())).message).toMatch(/^`await using` found 1 thing that proved nothing/);
  });
});
