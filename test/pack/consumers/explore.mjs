/** A worker that never sends again what failed: `explore` finds that, and a plan by itself is an option of `createEchoSts`. */

import assert from 'node:assert/strict';
import { createEchoSts } from 'echo-sts';
import { explore, faultPlans } from 'echo-sts/explore';
import { sample } from 'fast-check';
import { io } from 'socket.io-client';

function run(sts) {
  const worker = io(sts.url, { transports: ['websocket'], forceNew: true });
  worker.emit('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
  const audio = { sample_rate_hz: 48000, channels: 1, duration_ms: 1000, data_base64: 'QUJD' };
  worker.emit('fragment:data', { fragment_id: 'f-0', stream_id: 'news', sequence_number: 0, timestamp: 0, audio });
  return new Promise((resolve, reject) => {
    worker.on('fragment:processed', ({ status }) => {
      worker.emit('stream:end', { stream_id: 'news' });
      if (status === 'failed') reject(new Error('it failed'));
    });
    worker.on('stream:complete', () => {
      worker.disconnect();
      resolve();
    });
  });
}

async function main() {
  const options = { runs: 20, seed: 1, faults: { preset: 'none', TIMEOUT: true, late: true }, onReport: () => {} };
  const error = await explore(run, options).catch((reason) => reason);
  assert.equal(error.code, 'EXPLORE_FAILED', error);
  assert.match(error.message, /errorRules: \[\{ when: \{ .* \}, code: 'TIMEOUT', times: \d \}\],/);
  for (const plan of sample(faultPlans(), { numRuns: 10, seed: 1 })) {
    const sts = await createEchoSts(plan);
    await sts.close();
  }
}

void main();
