/** Each test has its own fixture, which is verified and closed when the test ends. */

import { test } from 'echo-sts/vitest';
import { describe, expect } from 'vitest';
import { dub } from './worker.js';

test('the audio comes back byte for byte', async ({ sts }) => {
  expect(await dub(sts.url, 'news', ['QUJD', 'REVG'])).toEqual(['QUJD', 'REVG']);
  expect(sts).toHaveEchoedInOrder();
  expect(sts).toHaveCompleted();
});

describe('with a service that runs out of time once', () => {
  test.override({ echoSts: { errorRules: [{ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 1 }] } });

  test('the fragment is sent again', async ({ sts }) => {
    sts.expectEvent({ event: 'fragment:data', sequenceNumber: 0, times: 2 }); // checked when the test ends
    expect(await dub(sts.url, 'news', ['QUJD'])).toEqual(['QUJD']);
  });
});

test.concurrent.for(['news', 'sports', 'weather'])('%s is a stream beside others', async (streamId, { sts }) => {
  await dub(sts.url, streamId, ['QUJD']);
  expect(sts.sessions.map((session) => session.streamId)).toEqual([streamId]);
});
