/**
 * A whole vitest file: one fixture for the file, a real socket.io-client for each worker.
 *
 *   ✓ every fragment comes back byte for byte
 *   ✓ the service has seen the whole stream
 */

import { createEchoSts, type EchoSts } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

expect.extend(matchers);

let sts: EchoSts;

beforeAll(async () => {
  sts = await createEchoSts({ delayMs: 5 });
});
afterEach(() => sts.reset());
afterAll(() => sts.close());

test('every fragment comes back byte for byte', async () => {
  const worker = await startWorker('stream-1');
  const sent = fragment('stream-1', 0);
  worker.emit('fragment:data', sent);
  const { payload } = await sts.waitFor('fragment:processed', { streamId: 'stream-1' });
  expect(payload).toMatchObject({ status: 'success', sequence_number: 0 });
  expect(payload).toBeByteExact(sent);
});

test('the service has seen the whole stream', async () => {
  const worker = await startWorker('stream-2');
  for (const sequenceNumber of [0, 1, 2]) worker.emit('fragment:data', fragment('stream-2', sequenceNumber));
  worker.emit('stream:end', { stream_id: 'stream-2' });
  const session = await sts.waitForSession({ streamId: 'stream-2', state: 'completed' });
  expect(session.fragments.map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, 1, 2]);
  expect(session.statistics).toMatchObject({ successCount: 3, failedCount: 0 });
  expect(session.errors).toEqual([]);
});

/** Stands for the worker that you want to test. */
async function startWorker(streamId: string): Promise<Socket> {
  const socket = io(sts.url, { transports: ['websocket'] });
  await socket.emitWithAck('stream:init', { stream_id: streamId, worker_id: 'worker-1', config: {} });
  socket.on('fragment:processed', ({ fragment_id }) => {
    socket.emit('fragment:ack', { fragment_id, status: 'applied', timestamp: Date.now() });
  });
  return socket;
}

function fragment(streamId: string, sequenceNumber: number) {
  return {
    fragment_id: `fragment-${sequenceNumber}`,
    stream_id: streamId,
    sequence_number: sequenceNumber,
    timestamp: Date.now(),
    audio: { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'YW55IGF1ZGlvIHdpbGwgZG8=' },
  };
}
