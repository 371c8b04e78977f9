/**
 * A test that fails, to show what it says then: its worker forgets to send again what came back with a TIMEOUT.
 * Run it with `npx vitest run --config test/nested.vitest.config.ts examples/failing.test.ts`; it prints
 *   × a fragment that comes back with TIMEOUT is sent again
 *   nearest   #11 fragment:processed  #1 failed TIMEOUT (retryable): `status` is 'failed', expected 'success'
 * and all that stands in the README.
 */

import { createEchoSts, manualClock } from 'echo-sts';
import { io } from 'socket.io-client';
import { test } from 'vitest';

test('a fragment that comes back with TIMEOUT is sent again', async () => {
  await using sts = await createEchoSts({
    seed: 'example',
    clock: manualClock(),
    delayMs: 40,
    errorRules: [{ when: { sequenceNumber: 1 }, code: 'TIMEOUT', times: 1 }],
  });
  const worker = io(sts.url, { transports: ['websocket'] });
  await worker.emitWithAck('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
  const audio = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'QUJD' };
  for (const n of [0, 1])
    worker.emit('fragment:data', { fragment_id: `f-${n}`, stream_id: 'news', sequence_number: n, timestamp: 0, audio });
  await sts.clock.advance(40);
  await sts.waitFor('fragment:processed', { sequenceNumber: 1, where: { status: 'success' }, timeoutMs: 100 });
});
