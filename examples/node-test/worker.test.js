/** Each test has its own fixture, which is verified and closed when the test ends. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useEchoSts } from 'echo-sts/node';
import { dub } from './worker.js';

const sts = useEchoSts();

test('the audio comes back byte for byte', async () => {
  assert.deepEqual(await dub(sts.url, 'news', ['QUJD', 'REVG']), ['QUJD', 'REVG']);
  assert.equal(sts.session('news')?.statistics.successCount, 2);
});

describe('with a service that runs out of time once', () => {
  const impatient = useEchoSts({ errorRules: [{ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 1 }] });

  test('the fragment is sent again', async () => {
    impatient.expectEvent({ event: 'fragment:data', sequenceNumber: 0, times: 2 }); // checked when the test ends
    assert.deepEqual(await dub(impatient.url, 'news', ['QUJD']), ['QUJD']);
  });
});
