/** A jest test in TypeScript, compiled to CommonJS, with any client: a fixture for the file, closed when it has ended. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createEchoSts, type EchoSts } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { io } from 'socket.io-client';

expect.extend(matchers);
let sts: EchoSts;
beforeAll(async () => {
  sts = await createEchoSts();
});
afterAll(() => sts.close());

test('a worker begins its stream', async () => {
  const worker = io(sts.url, { transports: ['websocket'] });
  const init = { stream_id: 'news', worker_id: 'w-1', config: {} };
  await new Promise((resolve) => worker.emit('stream:init', init, resolve));
  expect(sts.sessions.map(({ state }) => state)).toEqual(['active']);
  expect(sts).toHaveReceived('stream:init', { stream_id: 'news' }, { times: 1 });
  worker.disconnect();
});
