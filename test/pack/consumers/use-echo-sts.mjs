/** jest with ES modules, and without its globals. */

import { expect, test } from '@jest/globals';
import { useEchoSts } from 'echo-sts/jest';
import { io } from 'socket.io-client';

const sts = useEchoSts({ maxInflight: 2 });

test.each([1, 2])('each test has a fixture of its own, %i', async () => {
  const worker = io(sts.url, { transports: ['websocket'] });
  await worker.emitWithAck('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
  expect(sts.sessions.map(({ maxInflight }) => maxInflight)).toEqual([2]);
  expect(sts).toHaveNoViolations();
});
