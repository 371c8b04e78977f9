/** Tests of node:test that pass, and of which one proves less than it seems to. */

import { test } from 'node:test';
import { useEchoSts } from 'echo-sts/node';
import { begin, send } from './worker.js';

const sts = useEchoSts();

test('has a rule that hits too seldom', async () => {
  sts.addErrorRule({ when: {}, code: 'TIMEOUT', times: 2 });
  const worker = await begin(sts.url);
  send(worker, 0);
  await sts.waitFor('fragment:processed');
  worker.disconnect();
});

test('proves something', async () => {
  const worker = await begin(sts.url);
  worker.disconnect();
});

test('misses something, too', async () => {
  sts.expectEvent({ event: 'stream:end' });
  const worker = await begin(sts.url);
  sts.pushBackpressure({ severity: 'high', action: 'pause' });
  worker.disconnect();
});
