/** Tests that fail, each in its own way. */

import { test } from 'echo-sts/vitest';
import { expect } from 'vitest';
import { begin } from './worker.js';

test('fails by itself', async ({ sts }) => {
  await begin(sts.url);
  expect('what came').toBe('what was expected');
});

test('fails by itself, and misses something', async ({ sts }) => {
  sts.expect({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
  throw new Error('the error of the test');
});

test('misses something', async ({ sts }) => {
  sts.expect({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
});

test('has verified in vain itself', async ({ sts }) => {
  sts.expect({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
  await sts.verify();
});
