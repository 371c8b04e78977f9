import { test } from 'echo-sts/vitest';
import { expect } from 'vitest';
import { StreamWorker } from './worker.js'; // your worker

test('the worker delivers four fragments', async ({ sts }) => {
  sts.setDelay(20); // the service needs 20 ms for each fragment
  const speech = ['QUJD', 'REVG', 'R0hJ', 'SktM'];
  expect(await new StreamWorker({ url: sts.url }).run(speech)).toEqual(speech);
});
