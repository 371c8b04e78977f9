/** Tests that pass, and of which one proves less than it seems to. */

import { test } from 'echo-sts/vitest';
import { begin, send } from './worker.js';

test('tells its worker to pause when all has been sent', async ({ sts }) => {
  for (const sequenceNumber of [0, 1, 2, 3, 4])
    sts.addErrorRule({ when: { sequenceNumber }, code: 'TIMEOUT', times: 2, optional: sequenceNumber > 2 });
  const worker = await begin(sts.url);
  for (const number of [0, 1, 2]) send(worker, number);
  await sts.waitFor('fragment:processed', { times: 3 });
  sts.pushBackpressure({ severity: 'high', action: 'pause' });
});

test('proves something', async ({ sts }) => {
  sts.expectEvent({ event: 'stream:init' });
  await begin(sts.url);
});

test('misses something, too', async ({ sts }) => {
  sts.expectEvent({ event: 'stream:end' });
  await begin(sts.url);
  sts.pushBackpressure({ severity: 'high', action: 'pause' });
});
