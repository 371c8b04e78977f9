/** Whatever a client sends over a real socket stands in the timeline, can be shown, and raises nothing. */

import { describe, expect, it } from 'vitest';
import type { TestWorker } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { ODD } from '../support/odd-payloads.js';
import { dialSocketIo } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();

describe.each(Object.entries(ODD))('%s', (_, args) => {
  it('in a fragment is recorded and shown', async () => {
    const sts = await start({ seed: 1 });
    const neighbour = new Neighbour(await join(sts));
    const worker: TestWorker = await join(sts);
    await worker.init();
    const come = sts.waitFor('malformed');
    const { n } = await sts.waitFor('stream:ready', { streamId: 'stream-1' });
    worker.send('fragment:data', ...args);
    expect(await come).toMatchObject({ direction: 'in', payload: { event: 'fragment:data' } });
    const entries = sts.timeline({ since: n });
    expect(JSON.stringify(entries).length).toBeLessThan(200_000);
    for (const form of ['text', 'mermaid'] as const) expect(sts.format(form)).toContain('stream-1');
    const vain = await sts.waitFor('gap', { where: { missingSequenceNumbers: [1] }, timeoutMs: 0 }).catch(String);
    expect(vain).toContain('`gap` did not come');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    await neighbour.hasNoticedNothing();
  });
});

it('a hundred thousand levels, which no client of Socket.IO can send, are recorded and shown', async () => {
  const sts = await start();
  const neighbour = new Neighbour(await join(sts));
  const peer = await dialSocketIo(sts.port);
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  peer.send(`42["fragment:data",{"metadata":${deep}}]`);
  await neighbour.speaks();
  expect(sts.timeline().filter(({ payload }) => Reflect.get(payload, 'event') === 'fragment:data')).toHaveLength(1);
  expect(sts.format()).toContain('neighbour');
  peer.destroy();
  await neighbour.hasNoticedNothing();
});
