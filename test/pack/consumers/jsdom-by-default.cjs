/**
 * In jsdom as jest sets it up by itself, with packages as a browser takes them: the fixture needs none of them.
 *
 * @jest-environment jsdom
 */

const { createEchoSts } = require('echo-sts');
const { io } = require('socket.io-client');

test.each([{}, { transports: ['polling'] }])(
  'a fragment comes back with the options %j of the client',
  async (options) => {
    expect(location.origin).toBe('http://localhost');
    const sts = await createEchoSts();
    const worker = io(sts.url, options);
    await worker.emitWithAck('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
    const audio = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'QUJD' };
    const result = new Promise((resolve) => worker.once('fragment:processed', resolve));
    worker.emit('fragment:data', { fragment_id: 'f-0', stream_id: 'news', sequence_number: 0, timestamp: 0, audio });
    expect(await result).toMatchObject({ status: 'success', dubbed_audio: audio });
    worker.disconnect();
    await sts.close();
  },
);

test('a fixture serves WebSocket, which the client of this realm has not', async () => {
  const sts = await createEchoSts();
  const socket = new WebSocket(`${sts.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const [first] = await new Promise((resolve) => {
    socket.onmessage = ({ data }) => resolve(data);
  });
  expect(first).toBe('0');
  socket.close();
  await sts.close();
});
