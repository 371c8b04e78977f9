/**
 * A whole jest file in CommonJS, no transform needed: one fixture for the file, a real socket.io-client as the worker.
 *
 *   ✓ what was sent is delivered byte for byte
 *   ✓ a gap in the sequence numbers is reported
 */

const { createEchoSts } = require('echo-sts');
const { matchers } = require('echo-sts/matchers');
const { io } = require('socket.io-client');

expect.extend(matchers);

let sts;
let worker; // stands for the one that you want to test
let delivered; // the audio that it has delivered

beforeAll(async () => {
  sts = await createEchoSts();
});
beforeEach(async () => {
  worker = io(sts.url, { transports: ['websocket'] });
  delivered = [];
  worker.on('fragment:processed', ({ dubbed_audio }) => delivered.push(dubbed_audio));
  await worker.emitWithAck('stream:init', { stream_id: 'stream-1', worker_id: 'worker-1', config: {} });
});
afterEach(() => sts.verify().finally(sts.reset));
afterAll(() => sts.close());

test('what was sent is delivered byte for byte', async () => {
  const sent = [fragment(0), fragment(1)];
  for (const each of sent) worker.emit('fragment:data', each);
  worker.emit('stream:end', { stream_id: 'stream-1' });
  await sts.waitForSession({ streamId: 'stream-1', state: 'completed' });
  await sts.idle(); // the worker has heard it all
  expect(delivered).toBeByteExact(sent); // what the worker made of it
  expect(sts).toHaveNoViolations(); // and what it did wrong
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
    audio: { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: btoa(`audio ${sequenceNumber}`) },
  };
}
