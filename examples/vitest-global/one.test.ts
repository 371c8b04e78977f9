/** All files use one server; each test has its own part of it, over a connection to its process. */

import { sharedTest as test } from 'echo-sts/vitest';
import { expect } from 'vitest';
import { dub } from './worker.js';

test('the audio comes back byte for byte', async ({ url, sts, streamPrefix }) => {
  expect(await dub(url, `${streamPrefix}news`, ['QUJD', 'REVG'])).toEqual(['QUJD', 'REVG']);
  await expect(sts).toHaveEchoedInOrder();
  const [session] = await sts.sessions; // what is asked of another process is answered with a promise
  expect(session?.statistics.successCount).toBe(2);
});

test('a fragment that ran out of time is sent again', async ({ url, sts, streamPrefix }) => {
  await sts.addErrorRule({ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 1 }); // of this test alone
  await sts.expectEvent({ event: 'fragment:data', sequenceNumber: 0, times: 2 }); // looked at when the test has ended
  expect(await dub(url, `${streamPrefix}news`, ['QUJD'])).toEqual(['QUJD']);
});
