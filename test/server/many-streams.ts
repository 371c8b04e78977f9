/** Many workers on one server, each with a stream of its own: a hundred in `npm test`, a thousand in `npm run test:slow`. */

import { expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { outline } from '../support/expected.js';
import { useServers } from '../support/servers.js';

/** To be called where tests are defined. */
export function itRunsStreamsAtOnce(count: number): void {
  const { start, join } = useServers();

  it(`${count} streams run at once, each with one fragment in flight`, async () => {
    const sts = await start();
    const workers = await Promise.all(Array.from({ length: count }, () => join(sts)));
    expect(sts.connections).toBe(count);
    await Promise.all(
      workers.map(async (worker, index) => {
        const stream_id = `stream-${index}`;
        await worker.init({ stream_id });
        for (const number of [0, 1]) {
          worker.send('fragment:data', fragment(number, { stream_id }));
          await worker.next('fragment:processed');
        }
        worker.send('stream:end', { stream_id });
        await worker.next('stream:complete');
      }),
    );
    const outlines = new Set(workers.map((worker) => outline(worker).join()));
    expect([...outlines]).toEqual([
      [
        'stream:ready',
        'fragment:ack fragment-0',
        'fragment:processed 0 success',
        'fragment:ack fragment-1',
        'fragment:processed 1 success',
        'stream:complete',
      ].join(),
    ]);
    expect(sts.sessions.filter(({ state }) => state === 'completed')).toHaveLength(count);
  });
}
