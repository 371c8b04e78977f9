/**
 * The demo, `npm run demo`: 30 s of real speech go through the fixture, at 20 times the pace of a live stream.
 *
 *     26 ms  stream:ready        at most 3 fragments in flight
 *    331 ms  fragment:data       #0  90535 bytes
 *    376 ms  fragment:processed  #0  90535 bytes, back after 45 ms, byte for byte
 *    …
 *   1609 ms  stream:complete     5 fragments in 1582 ms: 5 success, 0 failed, average 40 ms, p95 41 ms
 *   All 5 echoes came back byte for byte.
 */

import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createEchoSts } from 'echo-sts';
import { io } from 'socket.io-client';

const files = [0, 1, 2, 3, 4].map((number) => new URL(`audio/speech-0${number}.m4a`, import.meta.url));
const fragments = await Promise.all(files.map((file) => readFile(file)));
const stream_id = 'demo';
const format = { sample_rate_hz: 48000, channels: 2 };
const sentAt: number[] = [];
let intact = 0;

const sts = await createEchoSts({ delayMs: 40 });
const startedAt = performance.now();
const socket = io(sts.url, { transports: ['websocket'], ackTimeout: 5000 });
socket.on('error', (error) => console.error(error));
socket.on('fragment:processed', ({ sequence_number: number, dubbed_audio }) => {
  const roundTripMs = performance.now() - (sentAt[number] ?? Number.NaN);
  const echo = Buffer.from(dubbed_audio.data_base64, 'base64');
  const isIntact = fragments[number]?.equals(echo) ?? false;
  if (isIntact) intact += 1;
  const verdict = `back after ${roundTripMs.toFixed()} ms, ${isIntact ? 'byte for byte' : 'CHANGED'}`;
  print('fragment:processed', `#${number}  ${echo.length} bytes, ${verdict}`);
});

const ready = await socket.emitWithAck('stream:init', { stream_id, worker_id: 'demo-worker', config: format });
print('stream:ready', `at most ${ready.max_inflight} fragments in flight`);
for (const [sequence_number, bytes] of fragments.entries()) {
  await pause(6000 / 20);
  print('fragment:data', `#${sequence_number}  ${bytes.length} bytes`);
  const audio = { ...format, duration_ms: 6000, data_base64: bytes.toString('base64') };
  sentAt.push(performance.now());
  socket.emit('fragment:data', { fragment_id: randomUUID(), stream_id, sequence_number, timestamp: Date.now(), audio });
}
const { total_fragments, total_duration_ms, statistics } = await socket.emitWithAck('stream:end', { stream_id });
const { success_count, failed_count, avg_processing_time_ms, p95_processing_time_ms } = statistics;
const times = `average ${avg_processing_time_ms} ms, p95 ${p95_processing_time_ms} ms`;
const counts = `${total_fragments} fragments in ${total_duration_ms} ms: ${success_count} success, ${failed_count} failed`;
print('stream:complete', `${counts}, ${times}`);
socket.disconnect();
await sts.close();
if (intact !== fragments.length) throw new Error(`Only ${intact} of ${fragments.length} echoes came back unchanged.`);
console.log(`All ${intact} echoes came back byte for byte.`);

function print(event: string, text: string): void {
  console.log(`${(performance.now() - startedAt).toFixed().padStart(5)} ms  ${event.padEnd(18)}  ${text}`);
}
