/**
 * In jsdom as jest sets it up by itself, with packages as a browser takes them.
 *
 * @jest-environment jsdom
 */

const { createEchoSts } = require('echo-sts');

test('a fixture cannot be started, and says what to set', async () => {
  const failure = { code: 'LISTEN_FAILED', message: expect.stringContaining('customExportConditions') };
  await expect(createEchoSts()).rejects.toMatchObject(failure);
});
