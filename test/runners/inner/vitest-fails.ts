/** Tests that fail, each in its own way, and such as do so at first. */

import { test } from 'echo-sts/vitest';
import type { Socket } from 'socket.io-client';
import { afterEach, describe, expect } from 'vitest';
import { begin, send } from './worker.js';

test('fails by itself', async ({ sts }) => {
  await begin(sts.url);
  expect('what came').toBe('what was expected');
});

test('fails by itself, and misses something', async ({ sts }) => {
  sts.expectEvent({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
  throw new Error('the error of the test');
});

test('misses something', async ({ sts }) => {
  sts.expectEvent({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
});

test('has verified in vain itself', async ({ sts }) => {
  sts.expectEvent({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
  await sts.verify();
});

let tries = 0;
test('tried again has a new fixture, and is verified again', { retry: 2 }, async ({ sts }) => {
  tries += 1;
  const worker = await begin(sts.url);
  expect(sts.sessions).toHaveLength(1);
  sts.expectEvent({ event: 'fragment:data' });
  if (tries === 3) send(worker, 0);
});

test('was tried so often because it was verified', () => expect(tries).toBe(3));

test('that is skipped while it runs is not verified', async ({ sts, skip }) => {
  sts.expectEvent({ event: 'stream:end' });
  skip('for a reason');
});

describe('a suite with a hook', () => {
  let worker: Socket;
  afterEach(() => void worker.disconnect());

  test('does something wrong at the very end', async ({ sts }) => {
    worker = await begin(sts.url);
    worker.emit('strem:end', { stream_id: 'news' });
  });
});
