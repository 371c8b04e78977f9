/** What echo-sts is measured against: Socket.IO alone, answering with messages of the same size, checking nothing. */

import { createServer } from 'node:http';
import { Server } from 'socket.io';

const METADATA = { asr_model: 'echo-mock', translation_model: 'echo-mock', tts_model: 'echo-mock' };

export async function start() {
  const http = createServer();
  // The default of 1 MB would refuse the largest fragments.
  const io = new Server(http, { serveClient: false, maxHttpBufferSize: 52_428_800 });
  io.on('connection', (socket) => {
    socket.on('call', (_, acknowledge) => acknowledge({ value: 0 }));
    socket.on('stream:init', ({ stream_id }) => socket.emit('stream:ready', { stream_id }));
    socket.on('fragment:data', (payload) => {
      socket.emit('fragment:ack', ackOf(payload));
      socket.emit('fragment:processed', resultOf(payload));
    });
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${http.address().port}`, close: () => io.close() };
}

function ackOf({ fragment_id }) {
  return { fragment_id, status: 'queued', queue_position: 0, estimated_completion_ms: 0 };
}

function resultOf({ fragment_id, stream_id, sequence_number, audio }) {
  return {
    fragment_id,
    stream_id,
    sequence_number,
    status: 'success',
    dubbed_audio: audio,
    transcript: `[ECHO] fragment ${sequence_number}`,
    translated_text: `[ECHO] (es) fragment ${sequence_number}`,
    processing_time_ms: 0,
    stage_timings: { asr_ms: 0, translation_ms: 0, tts_ms: 0 },
    metadata: METADATA,
  };
}
