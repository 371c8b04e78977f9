/** Tests of node:test that fail, each in its own way, and some that pass beside them. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useEchoSts } from 'echo-sts/node';
import { begin } from './worker.js';

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
  const other = useEchoSts({ maxInflight: 1 });

  test('has options of its own', async () => {
    await begin(other.url);
    assert.equal(other.session('news')?.maxInflight, 1);
  });
});

test('fails by itself, and misses something', async () => {
  sts.expect({ event: 'stream:end', named: 'the end' });
  await begin(sts.url);
  throw new Error('the error of the test');
});

test('misses something', () => void sts.expect({ event: 'stream:end' }));

test('is skipped while it runs', (t) => t.skip('for a reason'));

assert.throws(() => sts.url, { code: 'CLOSED' });
