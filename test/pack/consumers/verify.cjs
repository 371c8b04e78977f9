/** Waiting and verifying in jest, whose `expect` is global. */

const { createEchoSts } = require('echo-sts');
const { io } = require('socket.io-client');

const stream = { stream_id: 'news', worker_id: 'w-1', config: {} };
let sts;
let worker;

beforeEach(async () => {
  sts = await createEchoSts({ errorRules: [{ when: { sequenceNumber: 0 }, code: 'GPU_OOM', times: 1 }] });
  worker = io(sts.url, { transports: ['websocket'] });
  await worker.emitWithAck('stream:init', stream);
});
afterEach(async () => {
  worker.disconnect();
  await sts.close();
});

test('what was expected has come', async () => {
  sts.expectEvent({ event: 'fragment:processed', where: { error: { code: 'GPU_OOM' } }, times: 1 });
  const audio = { sample_rate_hz: 48000, channels: 1, duration_ms: 1000, data_base64: 'QUJD' };
  worker.emit('fragment:data', { fragment_id: 'f-0', stream_id: 'news', sequence_number: 0, timestamp: 0, audio });
  const { payload } = await sts.waitFor('fragment:processed', { where: { fragment_id: expect.stringMatching(/^f-/) } });
  expect(payload.status).toBe('failed');
  await sts.verify();
});

test('what was not used or did not come is told', async () => {
  sts.expectEvent({ event: 'fragment:data', where: { sequence_number: expect.any(Number) } });
  await expect(sts.verify()).rejects.toThrow(/rule 1 .* never fired/);
  await expect(sts.verify()).rejects.toThrow(/a payload with \{ sequence_number: Any<Number> \}/);
  const wait = sts.waitFor('stream:end', { timeoutMs: 1 });
  await expect(wait).rejects.toMatchObject({ name: 'EchoStsError', code: 'WAIT_TIMEOUT' });
});
