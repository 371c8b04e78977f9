/** Large audio, and messages beyond the limit, over real sockets (PROTOCOL §2, §6.14). */

import { describe, expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { error, outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();
const LIMIT = 10 * 1024 * 1024;

/** A fragment with that as its audio. */
function withData(number: number, data_base64: string) {
  return fragment(number, { audio: { ...fragment(number).audio, data_base64 } });
}

describe('large audio', () => {
  it('is taken up to 10 MiB, refused beyond, and its neighbours flow', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    await worker.init({ max_inflight: 10 });
    const largest = Buffer.alloc(LIMIT, 'audio').toString('base64');
    const tooLarge = Buffer.alloc(LIMIT + 1, 'audio').toString('base64');
    worker.send('fragment:data', withData(0, 'QUJD'));
    worker.send('fragment:data', withData(1, tooLarge));
    worker.send('fragment:data', withData(1, largest));
    await neighbour.speaks();
    worker.send('fragment:data', withData(2, 'QUJD'));
    worker.send('stream:end', { stream_id: 'stream-1' });
    await worker.next('stream:complete');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
      'error FRAGMENT_TOO_LARGE error',
      'fragment:ack fragment-1',
      'fragment:processed 1 success',
      'fragment:ack fragment-2',
      'fragment:processed 2 success',
      'stream:complete',
    ]);
    const metadata = { audio_bytes: LIMIT + 1, limit_bytes: LIMIT };
    expect(await worker.next('error')).toStrictEqual(
      error('FRAGMENT_TOO_LARGE', { fragment_id: 'fragment-1', metadata }),
    );
    expect(worker.all('fragment:processed')[1].dubbed_audio.data_base64 === largest).toBe(true);
    await neighbour.hasNoticedNothing();
  });

  it('is refused for its size before anything else is looked at', async () => {
    const worker = await join(await start());
    const data_base64 = '!'.repeat(13_981_020);
    const reply = await worker.socket.emitWithAck('fragment:data', { stream_id: 7, audio: { data_base64 } }, 'extra');
    expect(reply.error).toMatchObject({ code: 'FRAGMENT_TOO_LARGE', severity: 'error', retryable: false });
  });

  it('in a message beyond the limit closes its own connection alone', async () => {
    const sts = await start({ maxMessageBytes: 100_000 });
    const workers = [await join(sts), await join(sts, { transports: ['polling'] })];
    const neighbour = new Neighbour(await join(sts));
    for (const [index, worker] of workers.entries()) {
      await worker.init({ stream_id: `stream-${index}` });
      worker.send('fragment:data', withData(0, 'QUJD'.repeat(25_000)));
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
    const around = `42["fragment:data",${JSON.stringify(withData(0, ''))}]`.length;
    const data = 'Q'.repeat(Math.floor((100_000 - around) / 4) * 4);
    worker.send('fragment:data', withData(0, data));
    expect((await worker.next('fragment:processed')).dubbed_audio.data_base64).toBe(data);
  });

  it('that comes out all at once does not cost a worker that reads its connection', async () => {
    const worker = await join(await start({ maxMessageBytes: 150_000, reorderWindow: 20 }));
    await worker.init({ max_inflight: 10 });
    const data = Buffer.alloc(105_000).toString('base64');
    for (let number = 1; number < 20; number += 1) worker.send('fragment:data', withData(number, data));
    worker.send('fragment:data', withData(0, data));
    worker.send('stream:end', { stream_id: 'stream-1' });
    await Promise.race([worker.next('stream:complete'), worker.next('disconnect')]);
    const order = worker.all('fragment:processed').map((result) => result.sequence_number);
    expect(order).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });
});
