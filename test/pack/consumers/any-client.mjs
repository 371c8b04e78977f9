/** A worker and the handle in another process by whatever socket.io-client is installed: no callback of it is promised. */

import assert from 'node:assert/strict';
import { connectEchoSts, createEchoSts } from 'echo-sts';
import { io } from 'socket.io-client';

const sts = await createEchoSts({ control: true });
const remote = await connectEchoSts(sts.controlUrl);
for (const transport of ['websocket', 'polling']) {
  const worker = io(sts.url, { transports: [transport], forceNew: true });
  const init = { stream_id: transport, worker_id: 'w-1', config: {} };
  const ready = await new Promise((resolve) => worker.emit('stream:init', init, resolve));
  assert.equal(ready.stream_id, transport);
  worker.disconnect();
}
assert.equal((await remote.sessions).length, 2);
await assert.rejects(remote.waitFor('stream:pause', { timeoutMs: 1 }), { code: 'WAIT_TIMEOUT' });
await remote.close();
await sts.close();
