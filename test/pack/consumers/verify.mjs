/** A plain script that waits, moves the time and verifies; then one that is told what is wrong. */

import assert from 'node:assert/strict';
import { createEchoSts, EchoStsError, manualClock } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { io } from 'socket.io-client';

const sts = await createEchoSts({ clock: manualClock(), delayMs: 8000 });
const scope = sts.scope({ streamId: 'script/' });
const worker = io(sts.url, { transports: ['websocket'] });
try {
  scope.expectEvent({ event: 'fragment:processed', where: { status: 'success' }, times: 1, named: 'one result' });
  await worker.emitWithAck('stream:init', { stream_id: 'script/1', worker_id: 'w-1', config: {} });
  const audio = { sample_rate_hz: 48000, channels: 1, duration_ms: 1000, data_base64: 'QUJD' };
  const fragment = { fragment_id: 'f-0', stream_id: 'script/1', sequence_number: 0, timestamp: 0, audio };
  worker.emit('fragment:data', fragment);
  await sts.waitFor('fragment:data');

  const early = await scope.verify().catch((error) => error);
  assert.ok(early instanceof EchoStsError && early.code === 'VERIFY_FAILED');
  assert.match(early.message, /"one result"[\s\S]*clock {5}stands still at 0 ms; something is due in 8000 ms/);

  await sts.clock.advance(8000);
  const { atMs, payload } = await scope.waitFor('fragment:processed');
  assert.equal(atMs, 8000);
  await scope.verify();
  await sts.verify();

  // The matchers work without any runner, too.
  assert.equal(matchers.toBeByteExact(payload, audio).pass, true);
  assert.equal(matchers.toHaveEchoedInOrder(scope).pass, true);
  const { pass, message } = matchers.toHaveCompleted(sts);
  assert.ok(!pass && /its `stream:end` has not arrived/.test(message()), message());
} finally {
  worker.disconnect();
  await sts.close();
}
process.stdout.write('waited and verified\n');
