/** No worker can fill the memory of the process it is a guest in: what is kept of it has an end. How much, in megabytes: `memory.slow.test.ts`. */

import { expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { poll } from '../support/poller.js';
import { dialSocketIo } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();

const GIVEN_UP = expect.stringMatching(
  /^\d{7,} bytes waited unread, more than `maxUnreadBytes`, and nothing was read for 1000 ms$/,
);

it('a worker that sends bad events and never reads is cut off', async () => {
  const sts = await start({ maxUnreadBytes: 1_000_000 });
  const neighbour = new Neighbour(await join(sts));
  const peer = await dialSocketIo(sts.port);
  peer.send(`42${JSON.stringify(['stream:init', init()])}`);
  await peer.until('stream:ready');
  peer.socket.pause();
  const bad = JSON.stringify(['fragment:data', { stream_id: 'x'.repeat(9000) }]);
  while (sts.session('stream-1')?.state !== 'closed') {
    for (let count = 0; count < 100; count += 1) peer.send(`42${bad}`);
    await neighbour.speaks();
  }
  peer.destroy();
  expect(sts.session('stream-1')).toMatchObject({ closeReason: GIVEN_UP });
  const [disconnect] = sts.timeline({ event: 'disconnect', streamId: 'stream-1' });
  expect(disconnect?.payload).toEqual({ reason: GIVEN_UP, by: 'fixture' });
  const [last] = sts.violations().slice(-1);
  expect(last).toMatchObject({
    kind: 'unread-backlog',
    message: expect.stringContaining('read each message as it arrives'),
  });
  await neighbour.hasNoticedNothing();
});

it('a polling worker that posts and never polls is cut off', async () => {
  const sts = await start({ maxUnreadBytes: 1_000_000 });
  const neighbour = new Neighbour(await join(sts));
  const { post } = await poll(sts.url);
  const answers = [await post(`42${JSON.stringify(['stream:init', init()])}`)];
  const audio = { ...fragment(0).audio, data_base64: 'QUJD'.repeat(20_000) };
  for (let number = 0; answers.at(-1) === 'ok'; number += 1) {
    answers.push(await post(`42${JSON.stringify(['fragment:data', fragment(number, { audio })])}`));
  }
  expect(answers.at(-1)).toContain('Session ID unknown');
  expect(sts.session('stream-1')).toMatchObject({ state: 'closed', closeReason: GIVEN_UP });
  expect(sts.violations().map(({ kind }) => kind)).toContain('unread-backlog');
  await neighbour.hasNoticedNothing();
});

it('a worker that reads is sent as much as it likes', async () => {
  const worker = await join(await start({ maxUnreadBytes: 10_000 }));
  await worker.init();
  const audio = { ...fragment(0).audio, data_base64: 'QUJD'.repeat(2000) };
  for (let number = 0; number < 200; number += 1) {
    worker.send('fragment:data', fragment(number, { audio }));
    await worker.next('fragment:processed');
  }
  expect(worker.all('fragment:processed')).toHaveLength(200);
});

it('of ended sessions the newest thousand are remembered', async () => {
  const sts = await start({ autoCloseMs: 60_000 });
  const worker = await join(sts);
  for (let number = 0; number < 1100; number += 1) {
    worker.send('stream:init', init({ stream_id: `stream-${number}` }));
    worker.send('stream:end', { stream_id: `stream-${number}` });
  }
  await worker.settled();
  const ids = sts.sessions.map(({ streamId }) => streamId);
  expect(ids).toEqual(Array.from({ length: 1001 }, (_, index) => `stream-${1099 - index}`));
});
