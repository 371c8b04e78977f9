/** Tests of node:test that fail, each in its own way, and some that pass beside them. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { useEchoSts } from 'echo-sts/node';
import type { Socket } from 'socket.io-client';
import { begin, send } from './worker.js';

const sts = useEchoSts({ maxInflight: 2 });

test('passes', async () => {
  const worker = await begin(sts.url);
  assert.equal(sts.session('news')?.maxInflight, 2);
  worker.disconnect();
});

test('has subtests that see its fixture', async (t) => {
  const { url } = sts;
  await begin(url);
  await t.test('the first', () => assert.equal(sts.url, url));
  await t.test('the second', () => assert.equal(sts.sessions.length, 1));
});

describe('a suite', () => {
  const other = useEchoSts({ delayMs: 60_000 });
  let worker: Socket;
  afterEach(async () => {
    worker.disconnect();
    await other.waitFor('disconnect');
    assert.equal(other.violations().length, 1);
  });

  test('has options of its own beside those of the file, and is not blamed for what a hook does', async () => {
    worker = await begin(other.url);
    send(worker, 0);
    await other.waitFor('fragment:ack');
    assert.equal(other.session('news')?.maxInflight, 2);
  });
});

test('fails by itself, and misses something', async () => {
  sts.expectEvent({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
  throw new Error('the error of the test');
});

test('does something wrong at the very end', async () => {
  const worker = await begin(sts.url);
  worker.emit('strem:end', { stream_id: 'news' });
});

test('misses something', () => void sts.expectEvent({ event: 'stream:end' }));

test('is skipped while it runs', (t) => t.skip('for a reason'));

assert.throws(() => sts.url, { code: 'CLOSED' });
