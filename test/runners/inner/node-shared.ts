/** A test of node:test on a server that another process has started. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useSharedEchoSts } from 'echo-sts/node';
import { begin } from './worker.js';

const shared = useSharedEchoSts();

test('passes', async () => {
  const { url, sts, streamPrefix } = shared;
  const worker = await begin(url, `${streamPrefix}news`);
  assert.equal((await sts.sessions).length, 1);
  worker.disconnect();
});

test('fails by itself', async () => {
  const { url, streamPrefix } = shared;
  const worker = await begin(url, `${streamPrefix}news`);
  worker.disconnect();
  throw new Error('the error of the test');
});

test('misses something', async () => void (await shared.sts.expectEvent({ event: 'stream:end' })));
