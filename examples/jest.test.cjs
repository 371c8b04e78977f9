/**
 * A whole jest file in CommonJS, no transform needed: one fixture for the file, a real socket.io-client as the worker.
 *
 *   ✓ a fragment comes back byte for byte
 *   ✓ a gap in the sequence numbers is reported
 */

const { createEchoSts } = require('echo-sts');
const { matchers } = require('echo-sts/matchers');
const { io } = require('socket.io-client');

expect.extend(matchers);

const audio = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'YW55IGF1ZGlvIHdpbGwgZG8=' };
let sts;
let worker;

beforeAll(async () => {
  sts = await createEchoSts({ delayMs: 5 });
});
beforeEach(async () => {
  worker = io(sts.url, { transports: ['websocket'] });
  await worker.emitWithAck('stream:init', { stream_id: 'stream-1', worker_id: 'worker-1', config: {} });
});
afterEach(() => sts.reset());
afterAll(() => sts.close());

test('a fragment comes back byte for byte', async () => {
  worker.emit('fragment:data', fragment(0));
  const { payload } = await sts.waitFor('fragment:processed', { streamId: 'stream-1' });
  expect(payload).toMatchObject({ status: 'success', sequence_number: 0 });
  expect(payload).toBeByteExact(audio);

  worker.emit('stream:end', { stream_id: 'stream-1' });
  const session = await sts.waitForSession({ streamId: 'stream-1', state: 'completed' });
  expect(session.statistics).toMatchObject({ successCount: 1, failedCount: 0 });
});

test('a gap in the sequence numbers is reported', async () => {
  const { error } = await worker.emitWithAck('fragment:data', fragment(7));
  expect(error).toMatchObject({ code: 'INVALID_SEQUENCE', fragment_id: 'fragment-7' });
  expect(sts.session('stream-1').errors).toHaveLength(1);
});

function fragment(sequenceNumber) {
  return {
    fragment_id: `fragment-${sequenceNumber}`,
    stream_id: 'stream-1',
    sequence_number: sequenceNumber,
    timestamp: Date.now(),
    audio,
  };
}
