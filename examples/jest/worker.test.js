/** Each test has its own fixture, which is verified and closed when the test ends. */

const { useEchoSts } = require('echo-sts/jest');
const { dub } = require('./worker.js');

const sts = useEchoSts();

test('the audio comes back byte for byte', async () => {
  expect(await dub(sts.url, 'news', ['QUJD', 'REVG'])).toEqual(['QUJD', 'REVG']);
  expect(sts).toHaveEchoedInOrder();
  expect(sts).toHaveCompleted();
});

describe('with a service that runs out of time once', () => {
  const sts = useEchoSts({ errorRules: [{ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 1 }] });

  test('the fragment is sent again', async () => {
    sts.expectEvent({ event: 'fragment:data', sequenceNumber: 0, times: 2 }); // checked when the test ends
    expect(await dub(sts.url, 'news', ['QUJD'])).toEqual(['QUJD']);
  });
});

test('a stream that was never begun is not there', () => {
  expect(sts.session('news')).toBeUndefined();
});
