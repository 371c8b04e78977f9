/** A file that only needs to know where the server is. */

const { dub } = require('./worker.js');

test('the audio comes back byte for byte', async () => {
  expect(await dub(process.env.ECHO_STS_URL, 'two/news', ['QUJD'])).toEqual(['QUJD']);
});
