/** Messages of tens of megabytes, which take seconds to write, to parse and to refuse (PROTOCOL §2, §6.14). */

import { describe, expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();

describe('audio', () => {
  it('of 20 MB and a huge payload that is no audio are refused on a connection that stays open', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    const huge = 'QUJD'.repeat(5_000_000);
    worker.send('fragment:data', fragment(0, { audio: { ...fragment(0).audio, data_base64: huge } }));
    worker.send('fragment:data', huge);
    worker.send('stream:init', { stream_id: 'stream-1', worker_id: 'worker-1', config: huge });
    worker.send('no:such:event', huge);
    await worker.settled();
    await worker.init();
    expect(outline(worker)).toEqual([
      'error FRAGMENT_TOO_LARGE error',
      'error INVALID_CONFIG error',
      'error INVALID_CONFIG error',
      'stream:ready',
    ]);
    await neighbour.hasNoticedNothing();
  });

  it('of exactly 50 MiB of message is read, and one byte more is not', async () => {
    const sts = await start();
    const worker = await join(sts);
    // `42["x",""]` is 10 characters.
    const padding = 'x'.repeat(50 * 1024 * 1024 - 10);
    worker.send('x', padding);
    await worker.settled();
    expect(sts.sessions[0]?.unknownEvents).toEqual(['x', 'test:settled']);
    worker.send('x', `${padding}x`);
    await worker.next('disconnect');
    expect(await sts.waitForSession({ state: 'closed' })).toMatchObject({ unknownEvents: ['x', 'test:settled'] });
  });
});
