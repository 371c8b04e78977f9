/** `test` of `echo-sts/vitest`, used as its users do. */

import { type EchoStsOptions, manualClock } from 'echo-sts';
import { test } from 'echo-sts/vitest';
import type { Socket } from 'socket.io-client';
import { afterEach, describe, expect } from 'vitest';
import { begin, send } from './inner/worker.js';

const urls = new Set<string>();
const cleanedUp: string[] = [];

const withWorker = test.extend<{ worker: Socket }>({
  worker: async ({ sts }, use) => {
    const worker = await begin(sts.url);
    await use(worker);
    worker.disconnect();
  },
});
withWorker.override({ echoSts: { maxInflight: 1 } });

withWorker('can be extended with a worker, and has options for the file', async ({ sts, worker }) => {
  send(worker, 0);
  await sts.waitFor('fragment:processed', { where: { sequence_number: 0 } });
  expect(sts.session('news')?.maxInflight).toBe(1);
});

test('has a fixture of its own and the matchers', async ({ sts }) => {
  sts.expectEvent({ event: 'fragment:processed' });
  send(await begin(sts.url), 0);
  await sts.waitFor('fragment:processed');
  expect(sts).toHaveEchoedInOrder();
});

describe('a suite', () => {
  test.override({ echoSts: { delayMs: 40, maxInflight: 2 } });

  test('has options of its own', async ({ sts }) => {
    send(await begin(sts.url), 0);
    const { payload } = await sts.waitFor('fragment:processed');
    expect(payload.processing_time_ms).toBeGreaterThanOrEqual(40);
    expect(sts.session('news')?.maxInflight).toBe(2);
  });

  describe('that has another in it', () => {
    test.override({ echoSts: { maxInflight: 1 } });
    test.override('echoSts', { capacity: 7 });

    test('adds to the options of the outer one', async ({ sts, echoSts }) => {
      expect(echoSts).toEqual({ delayMs: 40, maxInflight: 1, capacity: 7 });
      await begin(sts.url);
      expect(sts.session('news')?.maxInflight).toBe(1);
    });

    describe('whose own are made for each test', () => {
      test.override({ echoSts: async ({ task }, use) => use({ seed: task.name }) });

      test('adds to them as well', ({ sts, echoSts }) => {
        expect(sts.seed).toBe('adds to them as well');
        expect(echoSts).toMatchObject({ delayMs: 40, maxInflight: 1 });
      });
    });

    const extended = test.extend<{ echoSts: EchoStsOptions }>({ echoSts: { queueLimit: 5 } });
    extended('and so does a `test` that is made of it', ({ echoSts }) => {
      expect(echoSts).toEqual({ queueLimit: 5 });
    });

    describe('with a `test` that is made of it', () => {
      extended.override('echoSts', ({ task: _ }, { onCleanup }) => {
        onCleanup(() => void cleanedUp.push('extended'));
        return { seed: 'inner' };
      });
      extended('adds to its options', ({ echoSts }) => {
        expect(echoSts).toEqual({ queueLimit: 5, seed: 'inner' });
      });
      test('and cleans up behind them', () => expect(cleanedUp).toEqual(['extended']));
    });
  });

  describe('within it', () => {
    test.override('echoSts', () => ({ clock: manualClock() }));

    test.for([1, 2])('can make them for each test, %i', async (_, { sts }) => {
      expect(sts.clock.now()).toBe(0);
      await sts.clock.advance(5000);
    });
  });
});

test('has the options of the file again', async ({ sts, echoSts }) => {
  expect(echoSts).toEqual({});
  await begin(sts.url);
  expect(sts.session('news')?.maxInflight).toBe(3);
});

test.concurrent.for([1, 2, 3, 4])('beside others sees its own worker alone, %i', async (n, { sts }) => {
  urls.add(sts.url);
  send(await begin(sts.url, `news-${n}`), 0, `news-${n}`);
  await sts.waitFor('fragment:processed');
  await expect.poll(() => urls.size).toBe(4);
  expect(sts.sessions.map(({ streamId }) => streamId)).toEqual([`news-${n}`]);
});

test('in a test no options can be set any more', ({ sts }) => {
  const message = expect.stringMatching(/^`test\.override` was called while a test runs/);
  const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message });
  expect(() => test.override({ echoSts: { delayMs: 5 } })).toThrow(refusal);
  expect(() => withWorker.override('echoSts', { delayMs: 5 })).toThrow(refusal);
  expect(sts.url).toMatch(/^http/);
});

test('nor in one without a fixture', () => {
  expect(() => test.override({ echoSts: {} })).toThrow(/`test\.override` was called while a test runs/);
});

describe('a worker that is stopped when the body of the test has ended', () => {
  let stop = () => {};
  afterEach(() => stop());
  const withHooks = test.extend<{ later: Socket }>({
    later: async ({ sts }, use) => {
      const worker = await begin(sts.url, 'later');
      await use(worker);
      send(worker, 0, 'later');
      worker.emit('strem:end');
      worker.disconnect();
      await sts.waitFor('disconnect', { streamId: 'later' });
    },
  });
  withHooks.override({ echoSts: { delayMs: 60_000 } });

  withHooks('is not blamed for what it leaves unanswered', async ({ sts, later }) => {
    expect(later.connected).toBe(true);
    const worker = await begin(sts.url);
    send(worker, 0);
    await sts.waitFor('fragment:ack');
    stop = () => void worker.disconnect();
  });

  withHooks('whatever the hook waits for', async ({ sts }) => {
    const worker = await begin(sts.url);
    send(worker, 0);
    stop = async () => {
      worker.disconnect();
      await sts.waitFor('disconnect');
      expect(sts.violations().map(({ kind }) => kind)).toEqual(['left-unanswered']);
    };
  });
});
