/** What is bundled of Socket.IO serves every transport, other origins, and those who look for a fault in it. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createEchoSts } from 'echo-sts';
import { io } from 'socket.io-client';

const ORIGIN = 'https://app.example';
const AUDIO = { format: 'm4a', sample_rate_hz: 48_000, channels: 2, duration_ms: 6000, data_base64: 'QUJD' };

void main();

async function main() {
  if (process.argv.includes('--log')) return check({ transports: ['polling', 'websocket'] });
  for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) await check({ transports });
  await checkOrigins();
  await checkLogs();
  process.stdout.write('every transport carries a fragment\n');
}

/** One fragment, there and back, after the upgrade if there is one; a large one would show what is lost of it. */
async function check(clientOptions) {
  const sts = await createEchoSts();
  const worker = io(sts.url, clientOptions);
  await once(worker, 'connect');
  const { transports } = clientOptions;
  const { engine } = worker.io;
  if (transports.length > 1 && engine.transport.name !== transports.at(-1)) await once(engine, 'upgrade');
  assert.equal(engine.transport.name, transports.at(-1));
  await worker.emitWithAck('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
  for (const [number, length] of [4, 65_536, 1_048_576].entries()) {
    const audio = { ...AUDIO, data_base64: 'QUJD'.repeat(length / 4) };
    const fragment = { fragment_id: `f-${number}`, stream_id: 'news', sequence_number: number, timestamp: 0, audio };
    const result = once(worker, 'fragment:processed');
    worker.emit('fragment:data', fragment);
    const [{ status, dubbed_audio }] = await result;
    assert.deepEqual([status, dubbed_audio], ['success', audio]);
  }
  worker.disconnect();
  await sts.close();
}

/** A page of another origin may poll with `cors`, also after it has asked first, and not without. */
async function checkOrigins() {
  for (const [cors, allowed] of [
    [true, ORIGIN],
    [[ORIGIN, 'https://other.example'], ORIGIN],
    [false, null],
  ]) {
    const sts = await createEchoSts({ cors });
    const address = `${sts.url}/socket.io/?EIO=4&transport=polling`;
    const polled = await fetch(address, { headers: { origin: ORIGIN } });
    assert.equal(polled.status, 200);
    assert.equal(polled.headers.get('access-control-allow-origin'), allowed);
    await polled.text();
    if (cors !== false) {
      const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' };
      const asked = await fetch(address, { method: 'OPTIONS', headers });
      assert.equal(asked.status, 204);
      assert.match(asked.headers.get('access-control-allow-methods'), /POST/);
    }
    await sts.close();
  }
}

/** With DEBUG the packages log to the standard error, and without it they do not. */
async function checkLogs() {
  const logged = await errorsOf({ DEBUG: 'engine*,socket.io*' });
  for (const name of ['engine ', 'engine:socket ', 'engine:ws ', 'socket.io:server ', 'socket.io:client ']) {
    assert.ok(logged.includes(name), `${name.trim()} logs: ${logged.slice(0, 2000)}`);
  }
  assert.equal(await errorsOf({}), '');
}

async function errorsOf(variables) {
  const { DEBUG: _, ...environment } = process.env;
  const child = spawn(process.execPath, [process.argv[1], '--log'], { env: { ...environment, ...variables } });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, text);
  return text;
}
