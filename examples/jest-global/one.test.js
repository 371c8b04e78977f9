/** All files use one server. Each test has its own part of it, over a connection to the server's process. */

const { useSharedEchoSts } = require('echo-sts/jest');
const { dub } = require('./worker.js');

const shared = useSharedEchoSts();

test('the audio comes back byte for byte', async () => {
  const { url, sts, streamPrefix } = shared;
  expect(await dub(url, `${streamPrefix}news`, ['QUJD', 'REVG'])).toEqual(['QUJD', 'REVG']);
  await expect(sts).toHaveEchoedInOrder();
  const [session] = await sts.sessions; // a handle in another process returns promises
  expect(session.statistics.successCount).toBe(2);
});

test('a fragment that ran out of time is sent again', async () => {
  const { url, sts, streamPrefix } = shared;
  await sts.addErrorRule({ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 1 }); // for this test only
  await sts.expectEvent({ event: 'fragment:data', sequenceNumber: 0, times: 2 }); // checked when the test ends
  expect(await dub(url, `${streamPrefix}news`, ['QUJD'])).toEqual(['QUJD']);
});
