/** Stands for the worker under test. */

import { io, type Socket } from 'socket.io-client';

const AUDIO = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'QUJD' };

/** Connects, and begins a stream; over TLS it trusts whom the environment says. */
export async function begin(url: string, streamId = 'news'): Promise<Socket> {
  const ca = process.env['ECHO_STS_CA'];
  const worker = io(url, { transports: ['websocket'], forceNew: true, ...(ca !== undefined && { ca }) });
  await worker.emitWithAck('stream:init', { stream_id: streamId, worker_id: 'w-1', config: {} });
  return worker;
}

export function send(worker: Socket, sequenceNumber: number, streamId = 'news'): void {
  worker.emit('fragment:data', {
    fragment_id: `f-${sequenceNumber}`,
    stream_id: streamId,
    sequence_number: sequenceNumber,
    timestamp: 0,
    audio: AUDIO,
  });
}
