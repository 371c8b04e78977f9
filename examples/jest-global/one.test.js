/** All files use one server; each test has its own part of it, over a connection to its process. */

const { connectEchoSts } = require('echo-sts');
const { dub } = require('./worker.js');

let server;
let sts;

beforeAll(async () => {
  server = await connectEchoSts(); // to ECHO_STS_CONTROL
});
beforeEach(async () => {
  sts = await server.scope({ streamId: 'one/' });
});
afterEach(async () => {
  await sts.verify();
  await sts.close();
});
afterAll(() => server.close());

test('the audio comes back byte for byte', async () => {
  expect(await dub(process.env.ECHO_STS_URL, 'one/news', ['QUJD', 'REVG'])).toEqual(['QUJD', 'REVG']);
  const [session] = await sts.sessions; // what is asked of another process is answered with a promise
  expect(session.statistics.successCount).toBe(2);
});

test('a fragment that ran out of time is sent again', async () => {
  await sts.addErrorRule({ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 1 }); // of this test alone
  await sts.expect({ event: 'fragment:data', sequenceNumber: 0, times: 2 });
  expect(await dub(process.env.ECHO_STS_URL, 'one/news', ['QUJD'])).toEqual(['QUJD']);
});
