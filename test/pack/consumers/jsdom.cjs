/**
 * A worker in jsdom under jest, with packages as Node takes them: with `ws` for browsers the client has no WebSocket.
 *
 * @jest-environment jsdom
 * @jest-environment-options {"customExportConditions": ["node", "node-addons"]}
 */

const { createEchoSts } = require('echo-sts');
const { io } = require('socket.io-client');

test.each([['polling', 'websocket'], ['websocket'], ['polling']])(
  'a fragment comes back by %s',
  async (...transports) => {
    expect(location.origin).toBe('http://localhost');
    const sts = await createEchoSts();
    const worker = io(sts.url, { transports });
    await worker.emitWithAck('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
    const audio = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'QUJD' };
    const result = new Promise((resolve) => worker.once('fragment:processed', resolve));
    worker.emit('fragment:data', { fragment_id: 'f-0', stream_id: 'news', sequence_number: 0, timestamp: 0, audio });
    expect(await result).toMatchObject({ status: 'success', dubbed_audio: audio });
    worker.disconnect();
    await sts.close();
  },
);
