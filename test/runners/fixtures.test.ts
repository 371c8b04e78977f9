/** `test` of `echo-sts/vitest`, used as its users do. */

import { manualClock } from 'echo-sts';
import { test } from 'echo-sts/vitest';
import type { Socket } from 'socket.io-client';
import { describe, expect } from 'vitest';
import { begin, send } from './inner/worker.js';

const urls = new Set<string>();

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
  sts.expect({ event: 'fragment:processed' });
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
