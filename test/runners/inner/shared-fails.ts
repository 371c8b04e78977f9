/** Tests that share a server with each other, and fail. */

import { sharedTest as test } from 'echo-sts/vitest';
import { begin } from './worker.js';

test('fails by itself', async ({ url, streamPrefix, sts }) => {
  await begin(url, `${streamPrefix}news`);
  throw new Error(`the error of the test, which has seen ${(await sts.sessions).length}`);
});

test('misses something', async ({ sts }) => {
  await sts.expectEvent({ event: 'stream:end', named: 'the end' });
});

test('does something wrong', async ({ url, streamPrefix, sts: _ }) => {
  const worker = await begin(url, `${streamPrefix}news`);
  worker.emit('strem:end');
});
