/** One natural test for each bug that `planted-worker.ts` can have: each fails with its bug, and passes without. */

import type { EchoSts, EchoStsOptions } from 'echo-sts';
import { test as base } from 'echo-sts/vitest';
import { afterEach, describe, expect } from 'vitest';
import { type Bug, StreamWorker } from './planted-worker.js';

const workers: StreamWorker[] = [];

afterEach(() => {
  for (const worker of workers.splice(0)) worker.stop();
});

/** Fragments of audio that differ, in base64. */
const longSpeech = Array.from({ length: 12 }, (_, n) => Buffer.alloc(6, n + 1).toString('base64'));
const speech = longSpeech.slice(0, 6);

/** A worker, with the bug or without. */
type Start = (options?: { source?: string[]; resultTimeoutMs?: number }) => {
  readonly worker: StreamWorker;
  readonly delivered: ReturnType<StreamWorker['run']>;
};

/** The same test twice. */
function planted(bug: Bug, echoSts: EchoStsOptions, body: (start: Start, sts: EchoSts) => Promise<void>): void {
  const starting =
    (sts: EchoSts, planted?: Bug): Start =>
    (options) => {
      const worker = new StreamWorker({ url: sts.url, source: speech, bug: planted, ...options });
      workers.push(worker);
      return { worker, delivered: worker.run() };
    };
  describe(bug, () => {
    const test = base.override({ echoSts: { conduct: 'strict', waitTimeoutMs: 1500, seed: bug, ...echoSts } });
    test('the worker', async ({ sts }) => body(starting(sts, bug), sts));
    test('a worker without it', async ({ sts }) => body(starting(sts), sts));
  });
}

const failing = (sequenceNumber: number, more: object = {}) =>
  ({ when: { sequenceNumber }, code: 'TIMEOUT', times: 1, ...more }) as const;

planted('no-retry', { delayMs: 60, errorRules: [failing(2)] }, async (start) => {
  const { delivered } = start({ source: longSpeech });
  expect(await delivered).toEqual(longSpeech);
});

planted('retries-what-is-final', { errorRules: [failing(2, { code: 'INVALID_CONFIG' })] }, async (start) => {
  const { delivered } = start();
  expect((await delivered).map((audio) => audio !== undefined)).toEqual([true, true, false, true, true, true]);
});

planted('ignores-pause', { delayMs: 30 }, async (start, sts) => {
  const { delivered } = start({ source: longSpeech });
  await sts.waitFor('fragment:processed', { times: 2 });
  sts.pushBackpressure({ severity: 'high', action: 'pause' });
  await sts.idle();
  sts.pushBackpressure({ severity: 'low', action: 'none' });
  expect(await delivered).toHaveLength(12);
});

planted('ignores-recommended-delay', { delayMs: 10 }, async (start, sts) => {
  const { delivered } = start({ source: longSpeech });
  await sts.waitFor('fragment:processed', { times: 2 });
  sts.pushBackpressure({ severity: 'medium', action: 'slow_down', recommendedDelayMs: 100 });
  expect(await delivered).toHaveLength(12);
});

planted('numbers-on-after-reconnect', {}, async (start, sts) => {
  sts.cut({ at: 'after-ack', sequenceNumber: 3, how: 'reset' });
  const { delivered } = start();
  await sts.waitForSession({ streamId: 'news', state: 'completed' });
  expect(await delivered).toEqual(speech);
});

planted('never-ends', {}, async (start, sts) => {
  const { delivered } = start();
  await sts.waitFor('fragment:processed', { times: speech.length });
  await sts.waitForSession({ streamId: 'news', state: 'completed' });
  expect(await delivered).toEqual(speech);
});

planted(
  'leaks-a-place',
  // One after the other: between two failures a worker that loses places still sends.
  { delayMs: 5, capacity: 1, errorRules: [0, 2, 4].map((n) => failing(n, { code: 'INVALID_CONFIG' })) },
  async (start, sts) => {
    start();
    await sts.waitFor('fragment:processed', { sequenceNumber: 5 });
  },
);

planted(
  'one-too-many-in-flight',
  // Without a signal only the worker's own count limits it.
  { delayMs: 20, errorRules: [{ on: 'backpressure', fault: 'drop', optional: true }] },
  async (start) => {
    const { delivered } = start({ source: longSpeech });
    expect(await delivered).toHaveLength(12);
  },
);

planted('resends-a-partial-result', { errorRules: [failing(1, { as: 'partial' })] }, async (start) => {
  const { delivered } = start();
  expect(await delivered).toEqual(speech);
});

planted(
  'waits-for-a-dropped-result',
  { maxInflight: 1, errorRules: [{ when: { sequenceNumber: 1 }, fault: 'drop' }] },
  async (start, sts) => {
    const { delivered } = start({ resultTimeoutMs: 100 });
    await sts.waitFor('fragment:data', { sequenceNumber: 5 });
    expect((await delivered)[1]).toBeUndefined();
  },
);

planted('swaps-two-fragments', {}, async (start, sts) => {
  const { delivered } = start();
  await delivered;
  expect(sts.timeline({ event: 'fragment:data' })).toBeByteExact(speech);
  expect(await delivered).toBeByteExact(speech);
});

planted('number-as-text', {}, async (start, sts) => {
  const { delivered } = start();
  await sts.waitForSession({ streamId: 'news', state: 'completed' });
  expect(await delivered).toEqual(speech);
});
