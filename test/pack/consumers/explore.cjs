/** `explore` in a jest test in CommonJS. */

const { explore } = require('echo-sts/explore');
const { io } = require('socket.io-client');

test('a worker that ends its stream gets through late results', async () => {
  const report = await explore(
    async (sts) => {
      const worker = io(sts.url, { transports: ['websocket'], forceNew: true });
      const audio = { sample_rate_hz: 48000, channels: 1, duration_ms: 1000, data_base64: 'QUJD' };
      const fragment = { fragment_id: 'f-0', stream_id: 'news', sequence_number: 0, timestamp: 0, audio };
      worker.emit('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
      worker.emit('fragment:data', fragment);
      worker.on('fragment:processed', () => worker.emit('stream:end', { stream_id: 'news' }));
      await new Promise((resolve) => worker.on('stream:complete', resolve));
      worker.disconnect();
    },
    { runs: 5, seed: 1, faults: { preset: 'none', late: true }, onReport: () => {} },
  );
  expect(report).toMatchObject({ runs: 5, seed: 1, kinds: [{ kind: 'late' }] });
});
