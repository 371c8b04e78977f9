/** A user of CommonJS without any tool: all entry points are required, and the fixture leaves nothing behind. */

const assert = require('node:assert/strict');
const { createEchoSts, EchoStsError } = require('echo-sts');
const { DEFAULT_SETTINGS, Session } = require('echo-sts/core');
const { matchers } = require('echo-sts/matchers');
const { version } = require('echo-sts/package.json');
const { io } = require('socket.io-client');

async function main() {
  const sts = await createEchoSts();
  const socket = io(sts.url, { transports: ['websocket'] });
  const ready = await socket.emitWithAck('stream:init', { stream_id: 'stream-1', worker_id: 'worker-1', config: {} });
  assert.equal(sts.session('stream-1').sessionId, ready.session_id);
  await sts.close();

  const refused = createEchoSts({ delayMs: -1 });
  await assert.rejects(refused, (error) => error instanceof EchoStsError && error.code === 'INVALID_OPTION');

  const session = new Session({ sessionId: 'session-1', handshake: {}, connectedAt: 0 }, DEFAULT_SETTINGS);
  assert.equal(session.snapshot().state, 'initializing');
  assert.equal(typeof matchers.toHaveReceived, 'function');
  assert.match(version, /^\d+\.\d+\.\d+/);
  process.stdout.write('all entry points work\n');
}

void main();
