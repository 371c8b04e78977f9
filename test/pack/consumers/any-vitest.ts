/** `echo-sts/vitest` in any vitest that is supported, with any client: until vitest 4.0 `test.override` is `test.scoped`. */

import { sharedTest, test } from 'echo-sts/vitest';
import { io } from 'socket.io-client';
import { expect } from 'vitest';

const inSuite = 'override' in test ? 'override' : 'scoped';
(test as unknown as Record<typeof inSuite, (fixtures: object) => void>)[inSuite]({ echoSts: { maxInflight: 2 } });

test('the fixture has the options of the suite', async ({ sts }) => {
  await begin(sts.url, 'news');
  expect(sts.sessions.map(({ maxInflight }) => maxInflight)).toEqual([2]);
  expect(sts).toHaveReceived('stream:init', { stream_id: 'news' }, { times: 1 });
  expect(sts).not.toHaveCompleted();
});

sharedTest('a test has its part of the shared server', async ({ url, sts, streamPrefix }) => {
  await begin(url, `${streamPrefix}news`);
  expect(await sts.sessions).toHaveLength(1);
  await expect(sts).toHaveReceived('stream:init');
});

async function begin(url: string, streamId: string) {
  const worker = io(url, { transports: ['websocket'] });
  const init = { stream_id: streamId, worker_id: 'w-1', config: {} };
  await new Promise((resolve) => worker.emit('stream:init', init, resolve));
}
