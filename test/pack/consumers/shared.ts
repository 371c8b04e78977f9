/** Uses the server that a global setup has started, by both ways to it. */

import { sharedTest } from 'echo-sts/vitest';
import { io } from 'socket.io-client';
import { expect, inject, test } from 'vitest';

test('the address is provided and in the environment', () => {
  expect(inject('echoStsUrl')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect([process.env.ECHO_STS_URL, process.env.ECHO_STS_CONTROL]).toEqual([
    inject('echoStsUrl'),
    inject('echoStsControl'),
  ]);
});

sharedTest('a test has its own part', async ({ url, sts, streamPrefix }) => {
  const worker = io(url, { transports: ['websocket'] });
  await worker.emitWithAck('stream:init', { stream_id: `${streamPrefix}news`, worker_id: 'w-1', config: {} });
  expect(await sts.sessions).toHaveLength(1);
  worker.disconnect();
});
