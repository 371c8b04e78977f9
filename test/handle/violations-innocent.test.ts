/** What is not held against workers: what they cannot have heard, what the fixture did itself, and all that is allowed. */

import type { CutForm, EchoStsOptions } from 'echo-sts';
import { CUT_FORMS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';
import { behave, fragment } from '../support/worker.js';

watchHost();
const { start, join, begin } = useScriptedFixtures();

const kinds = (sts: Pick<ScriptedFixture, 'violations'>) => sts.violations().map(({ kind }) => kind);

describe('a worker that was told to pause or to slow down', () => {
  /** A worker with an open stream, that hears only when a test says so. */
  async function deaf(options: EchoStsOptions = {}) {
    const sts = await start(options);
    const worker = await begin(sts);
    worker.peer.stopReading();
    return { sts, worker, send: (number: number) => worker.send('fragment:data', fragment(number)) };
  }

  it.each([
    ['pause', 'sent-while-told-to-pause'],
    ['slow_down', 'ignored-recommended-delay'],
  ] as const)('is accused of ignoring %s only once it has certainly heard it', async (action, kind) => {
    const { sts, worker, send } = await deaf();
    sts.pushBackpressure({ severity: 'high', action, recommendedDelayMs: 60_000 });
    await nextTurn();
    send(0);
    expect(kinds(sts)).toEqual([]);
    worker.peer.readOn();
    await sts.idle();
    send(1);
    expect(kinds(sts)).toEqual([kind]);
  });

  it('is not accused of what it had sent before it could hear', async () => {
    const { sts, worker, send } = await deaf({ delayMs: 600_000, backpressure: { low: 0.1, medium: 0.1, high: 0.1 } });
    for (const number of [0, 1, 2]) {
      send(number);
      await nextTurn();
    }
    expect(sts.timeline({ event: 'backpressure' })).toMatchObject([{ payload: { action: 'pause' } }]);
    worker.peer.readOn();
    await worker.peer.heard();
    expect(kinds(sts)).toEqual([]);
  });

  it('is not accused any more once it was told to go on', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    for (const action of ['pause', 'none'] as const) sts.pushBackpressure({ severity: 'low', action });
    await sts.idle();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    expect(kinds(sts)).toEqual([]);
  });
});

describe('a connection that the fixture has ended with fragments in flight', () => {
  /** A worker with a fragment that is never done. */
  async function busy(options: EchoStsOptions = {}) {
    const sts = await start({ delayMs: 600_000, ...options });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:ack');
    return { sts, worker };
  }
  /** The server has noticed that the connection is gone. */
  const lost = (sts: ScriptedFixture) => sts.waitFor('disconnect');

  it.each(Object.keys(CUT_FORMS) as CutForm[])('by the cut %s is not left unanswered', async (how) => {
    const { sts, worker } = await busy();
    sts.cut({ at: 'now', how });
    // The others leave the connection open, or seemingly so: the worker gives up.
    if (how === 'server-disconnect' || how === 'transport-close' || how === 'reset') await lost(sts);
    else worker.close();
    await sts.close();
    expect([kinds(sts), sts.sessions[0]?.state]).toEqual([[], 'closed']);
  });

  it.each([
    ['close()', (sts: ScriptedFixture) => sts.close()],
    ['an abrupt close()', (sts: ScriptedFixture) => sts.close({ abrupt: true })],
  ])('by %s is not left unanswered', async (_, end) => {
    const { sts } = await busy();
    await end(sts);
    await sts.waitForSession({ state: 'closed' });
    expect(kinds(sts)).toEqual([]);
  });

  it('by reset() is not left unanswered, as the next test would learn', async () => {
    const { sts, worker } = await busy({ conduct: 'strict' });
    await sts.reset();
    await worker.next('disconnect');
    await sts.verify();
    expect([kinds(sts), sts.timeline()]).toEqual([[], []]);
  });

  it('by close() of its scope is not left unanswered', async () => {
    const sts = await start({ delayMs: 600_000, conduct: 'strict' });
    const scope = sts.scope({ streamId: 'stream-' });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:ack');
    await scope.close();
    await scope.verify();
    await sts.verify();
    expect(kinds(sts)).toEqual([]);
  });

  it('as the worker has asked with `simulate:disconnect` is not left unanswered', async () => {
    const { sts, worker } = await busy();
    worker.send('simulate:disconnect', {});
    await lost(sts);
    expect(kinds(sts)).toEqual([]);
  });
});

describe('a worker that keeps to the protocol', () => {
  it('and never acknowledges anything has no violation', async () => {
    const sts = await start({
      conduct: 'strict',
      delayMs: { min: 0, max: 3 },
      errorRules: [{ when: { everyNth: 3 }, code: 'TIMEOUT' }],
    });
    const worker = await join(sts);
    await behave(worker, 10);
    worker.close();
    await sts.waitForSession({ state: 'closed' });
    await sts.verify();
    expect(sts.violations()).toEqual([]);
  });

  it('and pauses when it is told to, and acknowledges every result, has no violation', async () => {
    const sts = await start({ conduct: 'strict', backpressure: { low: 0.3, medium: 0.3, high: 0.3 } });
    const worker = await join(sts);
    await behave(worker, 10, true);
    await sts.verify();
    expect(sts.violations()).toEqual([]);
  });

  it('and sends within the window out of order has no violation', async () => {
    const sts = await start({ conduct: 'strict' });
    const worker = await join(sts);
    await worker.init();
    for (const number of [2, 0, 1]) worker.send('fragment:data', fragment(number));
    for (const _ of [0, 1, 2]) await worker.next('fragment:processed');
    worker.send('stream:end', { stream_id: 'stream-1' });
    await worker.next('stream:complete');
    await sts.verify();
  });

  it('and leaves right after `stream:end`, as the real one does, has no violation', async () => {
    const sts = await start({ conduct: 'strict', delayMs: 600_000 });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('stream:end', { stream_id: 'stream-1' });
    await sts.waitFor('stream:end');
    worker.close();
    await sts.waitForSession({ state: 'closed' });
    await sts.verify();
  });

  it('and leaves with nothing in flight has no violation, although it has not ended its stream', async () => {
    const sts = await start({ conduct: 'strict' });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    worker.close();
    await sts.waitForSession({ state: 'closed' });
    await sts.verify();
  });
});
