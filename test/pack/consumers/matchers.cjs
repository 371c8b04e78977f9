/** The same for jest without any transform, whose `expect` is global. */

const { createEchoSts } = require('echo-sts');
const { matchers } = require('echo-sts/matchers');

expect.extend(matchers);

test('the matchers tell what a worker did', async () => {
  const sts = await createEchoSts();
  expect(sts).not.toHaveReceived('stream:init');
  expect(() => expect(sts).toHaveReceived('stream:init')).toThrow(/no worker has connected/);
  expect(() => expect(sts).toHaveCompleted()).toThrow(/no stream has been begun/);
  expect(sts).toHaveNoViolations();
  expect('QUJD').toBeByteExact(Buffer.from('ABC'));
  await sts.close();
});
