/** A small stream worker, to be tested: it has audio dubbed by the service, and asks again for what can be retried. */

import { io } from 'socket.io-client';

/** Resolves with the dubbed chunks, in order. All of them are base64. */
export async function dub(url: string, streamId: string, chunks: readonly string[]): Promise<string[]> {
  const socket = io(url, { transports: ['websocket'], forceNew: true });
  const dubbed: string[] = [];
  const send = (n: number) =>
    socket.emit('fragment:data', {
      fragment_id: `fragment-${n}`,
      stream_id: streamId,
      sequence_number: n,
      timestamp: Date.now(),
      audio: { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: chunks[n] },
    });
  const completed = new Promise((resolve) => socket.once('stream:complete', resolve));
  socket.on('fragment:processed', ({ sequence_number, status, error, dubbed_audio }) => {
    if (status === 'failed' && error.retryable) {
      send(sequence_number);
      return;
    }
    dubbed[sequence_number] = dubbed_audio?.data_base64 ?? '';
    if (sequence_number === chunks.length - 1) socket.emit('stream:end', { stream_id: streamId });
  });
  await socket.emitWithAck('stream:init', { stream_id: streamId, worker_id: 'dubber', config: {} });
  for (const n of chunks.keys()) send(n);
  await completed;
  socket.disconnect();
  return dubbed;
}
