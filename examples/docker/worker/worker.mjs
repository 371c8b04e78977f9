/** A small worker: streams three fragments to the service at STS_URL, prints what comes back, and ends with code 0 if all did. */

import { io } from 'socket.io-client';

const stream_id = 'news';
const worker = io(process.env.STS_URL, { path: '/ws/sts', transports: ['websocket'] });

let dubbed = 0;
worker.on('fragment:processed', ({ sequence_number, status, processing_time_ms, dubbed_audio }) => {
  if (dubbed_audio?.data_base64 === audioOf(sequence_number)) dubbed += 1;
  console.log(`fragment ${sequence_number}: ${status} after ${processing_time_ms} ms`);
});

await worker.emitWithAck('stream:init', { stream_id, worker_id: 'worker-1', config: { format: 'pcm_s16le' } });
for (const n of [0, 1, 2]) worker.emit('fragment:data', fragment(n));
const { total_fragments } = await worker.emitWithAck('stream:end', { stream_id });
worker.disconnect();

console.log(`${dubbed} of ${total_fragments} fragments came back as they were sent`);
process.exitCode = dubbed === 3 ? 0 : 1;

function fragment(n) {
  const audio = { format: 'pcm_s16le', sample_rate_hz: 48000, channels: 1, duration_ms: 10, data_base64: audioOf(n) };
  return { fragment_id: `fragment-${n}`, stream_id, sequence_number: n, timestamp: Date.now(), audio };
}

/** Ten milliseconds of a sawtooth. */
function audioOf(n) {
  const samples = Int16Array.from({ length: 480 }, (_, index) => ((index * (n + 1)) % 48) * 500);
  return Buffer.from(samples.buffer).toString('base64');
}
