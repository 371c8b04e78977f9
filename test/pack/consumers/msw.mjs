/** docs/troubleshooting.md, "nock and msw": what msw keeps from the fixture, and how it lets it through again. */

import assert from 'node:assert/strict';
import { createEchoSts } from 'echo-sts';
import { http, passthrough } from 'msw';
import { setupServer } from 'msw/node';
import { io } from 'socket.io-client';

const sts = await createEchoSts();
// Until msw 2 the option is called `onUnhandledRequest`.
const strict = { onUnhandledFrame: 'error', onUnhandledRequest: 'error' };
const blocking = setupServer();
blocking.listen(strict);
assert.equal(await outcome('websocket'), 'websocket error');
assert.equal(await outcome('polling'), 'xhr poll error');
blocking.close();

const letting = setupServer(http.all(/^http:\/\/127\.0\.0\.1:/, () => passthrough()));
letting.listen(strict);
assert.equal(await outcome('websocket'), 'connect');
assert.equal(await outcome('polling'), 'connect');
letting.close();
await sts.close();

function outcome(transport) {
  const worker = io(sts.url, { transports: [transport], reconnection: false, forceNew: true });
  return new Promise((resolve) => {
    worker.once('connect_error', ({ message }) => resolve(message));
    worker.once('connect', () => resolve('connect'));
  }).finally(() => worker.close());
}
