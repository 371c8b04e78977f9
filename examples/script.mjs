/**
 * A plain script, `node examples/script.mjs`: start the fixture, stream one fragment, look at what it has recorded.
 *
 *   echo: any bytes will do
 *   stream-1 is active: 1 fragment, 1 success, 0 errors
 *   stream-1 is closed: 1 fragment, 1 success, 0 errors
 */

import { once } from 'node:events';
import { createEchoSts } from 'echo-sts';
import { io } from 'socket.io-client';

const sts = await createEchoSts({ delayMs: 40 });
const socket = io(sts.url, { transports: ['websocket'] });
try {
  await socket.emitWithAck('stream:init', { stream_id: 'stream-1', worker_id: 'worker-1', config: {} });
  socket.emit('fragment:data', {
    fragment_id: 'fragment-0',
    stream_id: 'stream-1',
    sequence_number: 0,
    timestamp: Date.now(),
    audio: { sample_rate_hz: 48000, channels: 1, duration_ms: 1000, data_base64: btoa('any bytes will do') },
  });
  // An `error` event makes `once` throw, so a refused fragment does not go unnoticed.
  const [processed] = await once(socket, 'fragment:processed');
  console.log(`echo: ${atob(processed.dubbed_audio.data_base64)}`);
  describe(sts.session('stream-1'));

  socket.disconnect();
  describe(await sts.waitForSession({ streamId: 'stream-1', state: 'closed' }));
} finally {
  socket.disconnect();
  await sts.close();
}

function describe({ streamId, state, totalFragments, statistics, errors }) {
  const { successCount } = statistics;
  console.log(`${streamId} is ${state}: ${totalFragments} fragment, ${successCount} success, ${errors.length} errors`);
}
