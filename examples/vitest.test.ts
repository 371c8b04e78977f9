/**
 * A whole vitest file: one fixture for the file, a real socket.io-client for each worker.
 *
 *   ✓ every fragment is delivered byte for byte
 *   ✓ the worker acknowledges what it was sent
 */

import { createEchoSts, type EchoSts } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

expect.extend(matchers);

let sts: EchoSts;
beforeAll(async () => {
  sts = await createEchoSts({ conduct: 'strict' });
});
afterEach(() => sts.verify().finally(sts.reset));
afterAll(() => sts.close());

test('every fragment is delivered byte for byte', async () => {
  const { worker, delivered } = await startWorker('stream-1');
  const sent = [0, 1, 2].map((number) => fragment('stream-1', number));
  for (const each of sent) worker.emit('fragment:data', each);
  worker.emit('stream:end', { stream_id: 'stream-1' });
  await sts.waitForSession({ streamId: 'stream-1', state: 'completed' });
  await sts.idle(); // the worker has heard it all
  expect(delivered).toBeByteExact(sent); // what the worker made of it
});

test('the worker acknowledges what it was sent', async () => {
  const { worker } = await startWorker('stream-2');
  worker.emit('fragment:data', fragment('stream-2', 0));
  await sts.waitFor('fragment:ack', { direction: 'in', where: { fragment_id: 'fragment-0', status: 'applied' } });
  worker.emit('stream:end', { stream_id: 'stream-2' });
  await sts.waitForSession({ streamId: 'stream-2', state: 'completed' });
});

/** Stands for the worker that you want to test, with the audio that it has delivered. */
async function startWorker(streamId: string): Promise<{ worker: Socket; delivered: unknown[] }> {
  const worker = io(sts.url, { transports: ['websocket'] });
  const delivered: unknown[] = [];
  worker.on('fragment:processed', ({ fragment_id, dubbed_audio }) => {
    delivered.push(dubbed_audio);
    worker.emit('fragment:ack', { fragment_id, status: 'applied', timestamp: Date.now() });
  });
  await worker.emitWithAck('stream:init', { stream_id: streamId, worker_id: 'worker-1', config: {} });
  return { worker, delivered };
}

function fragment(streamId: string, sequenceNumber: number) {
  return {
    fragment_id: `fragment-${sequenceNumber}`,
    stream_id: streamId,
    sequence_number: sequenceNumber,
    timestamp: Date.now(),
    audio: { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: btoa(`audio ${sequenceNumber}`) },
  };
}
