/** Five tests of the worker, each about one thing that a service does. Every test has its own fixture. */

import { test } from 'echo-sts/vitest';
import { expect } from 'vitest';
import { StreamWorker } from './worker.js';

const speech = ['QUJD', 'REVG', 'R0hJ', 'SktM', 'TU5P', 'UFFS']; // six fragments of audio, base64

test('every fragment gets through', async ({ sts }) => {
  sts.setDelay(20); // the service needs 20 ms for each fragment
  const worker = new StreamWorker({ url: sts.url });
  expect(await worker.run(speech)).toEqual(speech);
});

test('a fragment that timed out is sent once more', async ({ sts }) => {
  sts.addErrorRule({ when: { sequenceNumber: 2 }, code: 'TIMEOUT', times: 1 });
  sts.expectEvent({ event: 'fragment:data', sequenceNumber: 2, times: 2 });
  const worker = new StreamWorker({ url: sts.url });
  expect(await worker.run(speech)).toEqual(speech);
});

test('nothing is sent during a pause', async ({ sts }) => {
  sts.setDelay(50);
  const dubbed = new StreamWorker({ url: sts.url }).run(speech);
  await sts.waitFor('fragment:data', { times: 3 }); // `max_inflight` fragments are in flight
  sts.pushBackpressure({ severity: 'high', action: 'pause' });
  await sts.idle(); // the worker has received the signal and three results
  sts.pushBackpressure({ severity: 'low', action: 'none' });
  expect(await dubbed).toEqual(speech);
});

test('a lost connection loses no audio', async ({ sts }) => {
  sts.cut({ at: 'before-processed', sequenceNumber: 3, how: 'reset' });
  const worker = new StreamWorker({ url: sts.url });
  expect(await worker.run(speech)).toEqual(speech);
  expect(sts.sessions.length).toBe(2);
});

test('a result that never comes is given up', async ({ sts }) => {
  sts.addErrorRule({ when: { sequenceNumber: 1 }, fault: 'drop' });
  const worker = new StreamWorker({ url: sts.url, resultTimeoutMs: 200 });
  expect(await worker.run(speech)).toEqual(['QUJD', undefined, 'R0hJ', 'SktM', 'TU5P', 'UFFS']);
});
