/** `await using`: verifies at the end of its block, then closes, and never hides what the block has thrown. */

import type { Scope } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { rejection } from '../support/rejection.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join, begin } = useScriptedFixtures();

/** The errors that a block ends with: what it has thrown, and what was thrown after that. */
async function ending(block: () => Promise<void>): Promise<{ first?: unknown; second?: unknown }> {
  const error = await block().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return {};
  const { name, suppressed, error: later } = error as Record<string, unknown>;
  return name === 'SuppressedError' ? { first: suppressed, second: later } : { first: error };
}

const code = (error: unknown) => (error as { code?: string } | undefined)?.code;

/** Its worker was told, and no other can come. */
async function isClosed(sts: ScriptedFixture, worker: ScriptedWorker): Promise<void> {
  expect(await worker.next('disconnect')).toBe('io server disconnect');
  expect(() => sts.scope({ streamId: 'any' })).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  await expect(join(sts)).rejects.toThrow('No scripted fixture is open');
}

describe('at the end of a block, a fixture', () => {
  it('is closed in silence when everything has come', async () => {
    let worker: ScriptedWorker;
    let closed: ScriptedFixture;
    {
      await using sts = await start();
      closed = sts;
      sts.expectEvent({ event: 'stream:init' });
      worker = await join(sts);
      await worker.init();
    }
    await isClosed(closed, worker);
  });

  it('reports what is missing, and is closed all the same', async () => {
    const closed = await start();
    const worker = await begin(closed);
    const { first, second } = await ending(async () => {
      await using sts = closed;
      sts.expectEvent({ event: 'stream:end', named: 'the end' });
    });
    expect([code(first), second]).toEqual(['VERIFY_FAILED', undefined]);
    expect((first as Error).message).toMatch(/^`await using` found 1 unmet expectation\.\n\n {2}expected {2}"the end"/);
    await isClosed(closed, worker);
  });

  it('hears out first what the workers have said', async () => {
    await using sts = await start();
    sts.expectEvent({ event: 'fragment:data', times: 2 });
    const worker = await join(sts);
    await worker.init();
    for (const number of [0, 1]) worker.sendSlowly('fragment:data', fragment(number));
  });

  it('reports a rule and a cut that never fired, unless they may', async () => {
    const unused = async (isOptional: boolean) => {
      await using sts = await start();
      const optional = isOptional ? { optional: true } : {};
      sts.addErrorRule({ when: { sequenceNumber: 1 }, code: 'TIMEOUT', ...optional });
      sts.addErrorRule({ when: { probability: 0.5 }, code: 'TIMEOUT' });
      sts.cut({ at: 'after-ready', how: 'reset', ...optional });
    };
    const { first } = await ending(() => unused(false));
    expect((first as Error).message).toMatch(/found 2 unused rules or planned faults/);
    expect(await ending(() => unused(true))).toEqual({});
  });
});

describe('what a block has thrown', () => {
  const mishap = new Error('what the test is about');

  it('comes out unchanged when there is nothing to add', async () => {
    const { first, second } = await ending(async () => {
      await using _sts = await start();
      throw mishap;
    });
    expect([first, second]).toEqual([mishap, undefined]);
  });

  it('is never lost when verification fails too: both come out, and the later one says so', async () => {
    const { first, second } = await ending(async () => {
      await using sts = await start();
      sts.expectEvent({ event: 'stream:end' });
      throw mishap;
    });
    expect([first, code(second)]).toEqual([mishap, 'VERIFY_FAILED']);
    expect((second as Error).message).toMatch(/^`await using` found 1 unmet expectation\./);
  });

  /** What a test does in vain on a handle that expects more than it gets. */
  const inVain: [name: string, code: string, act: (handle: ScriptedFixture | Scope) => Promise<unknown>][] = [
    ['verify()', 'VERIFY_FAILED', (handle) => handle.verify()],
    ['waitFor()', 'WAIT_TIMEOUT', (handle) => handle.waitFor('stream:end', { timeoutMs: 1 })],
    ['waitForSession()', 'WAIT_TIMEOUT', (handle) => handle.waitForSession({ state: 'paused', timeoutMs: 1 })],
  ];

  it.each(inVain)('by %s is not reported a second time', async (_, expected, act) => {
    const { first, second } = await ending(async () => {
      await using sts = await start();
      sts.expectEvent({ event: 'stream:end' });
      await act(sts);
    });
    expect([code(first), second]).toEqual([expected, undefined]);
  });

  it.each(inVain)(
    'by %s of a scope is not reported a second time, by the scope or by the fixture',
    async (_, expected, act) => {
      const { first, second } = await ending(async () => {
        await using sts = await start();
        await using scope = sts.scope({ streamId: 'test-' });
        scope.expectEvent({ event: 'stream:end' });
        sts.expectEvent({ event: 'stream:end' });
        // Belongs to no scope: the fixture would report it.
        await (await join(sts)).init();
        await act(scope);
      });
      expect([code(first), second]).toEqual([expected, undefined]);
    },
  );

  it('by a wait in one session is not reported a second time', async () => {
    const { first, second } = await ending(async () => {
      await using sts = await start();
      sts.expectEvent({ event: 'stream:end' });
      await (await join(sts)).init();
      await sts.session('stream-1')?.waitFor('fragment:data', { timeoutMs: 1 });
    });
    expect([code(first), second]).toEqual(['WAIT_TIMEOUT', undefined]);
  });
});

describe('a failure that the test has caught', () => {
  it.each([
    [
      'waits again',
      async (sts: ScriptedFixture, worker: ScriptedWorker) => {
        await sts.waitFor('stream:init');
        const wait = sts.waitForSession({ state: 'completed' });
        worker.send('stream:end', { stream_id: 'stream-1' });
        await wait;
      },
    ],
    ['expects something again', async (sts: ScriptedFixture) => void sts.expectEvent({ event: 'stream:init' })],
  ])('does not excuse what is missing in the end, once it %s', async (_, goOn) => {
    const { first } = await ending(async () => {
      await using sts = await start();
      sts.expectEvent({ event: 'fragment:data' });
      const worker = await join(sts);
      await worker.init();
      await rejection(sts.waitFor('stream:end', { timeoutMs: 1 }));
      await goOn(sts, worker);
    });
    expect(code(first)).toBe('VERIFY_FAILED');
  });

  it('before reset() is forgotten with it', async () => {
    const { first } = await ending(async () => {
      await using sts = await start();
      await rejection(sts.waitFor('stream:end', { timeoutMs: 1 }));
      await sts.reset();
      sts.addErrorRule({ when: {}, code: 'TIMEOUT' });
    });
    expect(code(first)).toBe('VERIFY_FAILED');
  });

  it('of another kind excuses nothing', async () => {
    const { first } = await ending(async () => {
      await using sts = await start();
      sts.addErrorRule({ when: {}, code: 'TIMEOUT' });
      await rejection(sts.waitFor('stream:end', { timeoutMs: -1 }));
    });
    expect(code(first)).toBe('VERIFY_FAILED');
  });
});

describe('a fixture or scope that was closed before the end of its block', () => {
  it('is verified all the same', async () => {
    const { first, second } = await ending(async () => {
      await using sts = await start();
      await using scope = sts.scope({ streamId: 'test-' });
      scope.expectEvent({ event: 'stream:init' });
      sts.expectEvent({ event: 'stream:end' });
      await scope.close();
      await sts.close();
    });
    // The fixture is verified after the scope, which has reported its own already.
    expect([code(first), second]).toEqual(['VERIFY_FAILED', undefined]);
    expect((first as Error).message).toMatch(/expected {2}`stream:init`/);
  });

  it('has nothing to report after reset()', async () => {
    const block = async () => {
      await using sts = await start();
      await using scope = sts.scope({ streamId: 'test-' });
      scope.expectEvent({ event: 'stream:init' });
      scope.addErrorRule({ when: {}, code: 'TIMEOUT' });
      scope.cut({ at: 'after-ack', how: 'reset' });
      await sts.reset();
    };
    expect(await ending(block)).toEqual({});
  });
});
