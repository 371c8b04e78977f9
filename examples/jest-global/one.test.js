/** All files use one server; each test has its own part of it, over a connection to its process. */

const { useSharedEchoSts } = require('echo-sts/jest');
const { dub } = require('./worker.js');

const shared = useSharedEchoSts();

test('the audio comes back byte for byte', async () => {
  const { url, sts, streamPrefix } = shared;
  expect(await dub(url, `${streamPrefix}news`, ['QUJD', 'REVG'])).toEqual(['QUJD', 'REVG']);
  await expect(sts).toHaveEchoedInOrder();
  const [session] = await sts.sessions; // what is asked of another process is answered with a promise
  expect(session.statistics.successCount).toBe(2);
});

test('a fragment that ran out of time is sent again', async () => {
  const { url, sts, streamPrefix } = shared;
  await sts.addErrorRule({ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 1 }); // of this test alone
  await sts.expectEvent({ event: 'fragment:data', sequenceNumber: 0, times: 2 }); // looked at when the test has ended
  expect(await dub(url, `${streamPrefix}news`, ['QUJD'])).toEqual(['QUJD']);
});
