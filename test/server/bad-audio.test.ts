/** Messages beyond the limit, and much audio at once, over real sockets (PROTOCOL §2, §6.14). */

import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { useServers } from '../support/servers.js';
import { fragmentWith } from '../support/worker.js';

watchHost();
const { start, join } = useServers();

describe('large audio', () => {
  it('in a message beyond the limit closes its own connection alone', async () => {
    const sts = await start({ maxMessageBytes: 100_000 });
    const workers = [await join(sts), await join(sts, { transports: ['polling'] })];
    const neighbour = new Neighbour(await join(sts));
    for (const [index, worker] of workers.entries()) {
      await worker.init({ stream_id: `stream-${index}` });
      worker.send('fragment:data', fragmentWith(0, 'QUJD'.repeat(25_000)));
      await worker.next('disconnect');
      expect(worker.all('error')).toEqual([]);
      const closed = await sts.waitForSession({ streamId: `stream-${index}`, state: 'closed' });
      expect(closed).toMatchObject({ totalFragments: 0, errors: [] });
    }
    await neighbour.hasNoticedNothing();
  });

  it('in a message just within the limit comes back', async () => {
    const sts = await start({ maxMessageBytes: 100_000 });
    const worker = await join(sts);
    await worker.init();
    const around = `42["fragment:data",${JSON.stringify(fragmentWith(0, ''))}]`.length;
    const data = 'Q'.repeat(Math.floor((100_000 - around) / 4) * 4);
    worker.send('fragment:data', fragmentWith(0, data));
    expect((await worker.next('fragment:processed')).dubbed_audio.data_base64).toBe(data);
  });

  it('that comes out all at once does not cost a worker that reads its connection', async () => {
    const worker = await join(await start({ maxMessageBytes: 150_000, reorderWindow: 20 }));
    await worker.init({ max_inflight: 10 });
    const data = Buffer.alloc(105_000).toString('base64');
    for (let number = 1; number < 20; number += 1) worker.send('fragment:data', fragmentWith(number, data));
    worker.send('fragment:data', fragmentWith(0, data));
    worker.send('stream:end', { stream_id: 'stream-1' });
    await Promise.race([worker.next('stream:complete'), worker.next('disconnect')]);
    const order = worker.all('fragment:processed').map((result) => result.sequence_number);
    expect(order).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });
});
