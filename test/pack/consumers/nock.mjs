/** docs/troubleshooting.md, "nock and msw": what nock keeps from the fixture, and how it lets it through again. */

import assert from 'node:assert/strict';
import { createEchoSts } from 'echo-sts';
import nock from 'nock';
import { io } from 'socket.io-client';

const sts = await createEchoSts();
nock.disableNetConnect();
assert.equal(await outcome('websocket'), 'websocket error');
assert.equal(await outcome('polling'), 'xhr poll error');
nock.enableNetConnect('127.0.0.1');
assert.equal(await outcome('websocket'), 'connect');
assert.equal(await outcome('polling'), 'connect');
nock.restore();
await sts.close();

function outcome(transport) {
  const worker = io(sts.url, { transports: [transport], reconnection: false, forceNew: true });
  return new Promise((resolve) => {
    worker.once('connect_error', ({ message }) => resolve(message));
    worker.once('connect', () => resolve('connect'));
  }).finally(() => worker.close());
}
