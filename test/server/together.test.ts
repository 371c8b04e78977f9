/** What arrives together was in flight together, with no delay at all (PROTOCOL §6.1). */

import { manualClock } from 'echo-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { useServers } from '../support/servers.js';
import { fragmentWith } from '../support/worker.js';

watchHost();
const { start, join } = useServers();
const TEN = Array.from({ length: 10 }, (_, number) => number);
const EXCEEDED = [3, 4, 5, 6, 7, 8, 9].map((sequenceNumber) => ({ kind: 'exceeded-max-inflight', sequenceNumber }));

afterEach(() => {
  vi.useRealTimers();
});

describe('ten fragments that are sent at once', () => {
  it.each([
    ['a few bytes', 4],
    ['128 KB', 128 * 1024],
    ['1 MB, which takes many turns to read', 1024 * 1024],
  ])('exceed `max_inflight` 3 seven times, come back in order, and fail under strict: %s', async (_, bytes) => {
    const sts = await start({ conduct: 'strict' });
    const worker = await join(sts);
    await worker.init();
    const data = Buffer.alloc(bytes, 'audio').toString('base64');
    const payloads = TEN.map((number) => fragmentWith(number, data));
    for (const payload of payloads) worker.send('fragment:data', payload);
    await sts.waitFor('fragment:processed', { sequenceNumber: 9 });
    expect(sts.violations()).toMatchObject(EXCEEDED);
    await sts.idle();
    expect(worker.all('fragment:processed').map((result) => result.sequence_number)).toEqual(TEN);
    await expect(sts.verify()).rejects.toThrow(/exceeded-max-inflight/);
  });

  it.each(['manual', 'global'] as const)('do so on a %s clock, without its being moved', async (kind) => {
    const sts = await start({ clock: kind === 'manual' ? manualClock() : 'global' });
    const worker = await join(sts);
    await worker.init();
    if (kind === 'global') vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
    for (const number of TEN) worker.send('fragment:data', fragment(number));
    await sts.waitFor('fragment:processed', { times: 10 });
    expect(sts.violations()).toMatchObject(EXCEEDED);
  });

  it('raise the level of backpressure', async () => {
    const sts = await start({ backpressure: true });
    const worker = await join(sts);
    await worker.init({ max_inflight: 10 });
    for (const number of TEN) worker.send('fragment:data', fragment(number));
    await sts.waitFor('fragment:processed', { times: 10 });
    const signals = sts.timeline({ event: 'backpressure' }).map(({ payload }) => Reflect.get(payload, 'action'));
    expect(signals).toEqual(['none', 'slow_down', 'pause', 'none']);
    expect(sts.violations()).toEqual([]);
  });
});

it('a worker that waits for each result exceeds nothing', async () => {
  const sts = await start({ conduct: 'strict' });
  const worker = await join(sts);
  await worker.init({ max_inflight: 1 });
  for (const number of TEN) {
    worker.send('fragment:data', fragment(number));
    expect(await worker.next('fragment:processed')).toMatchObject({ sequence_number: number, processing_time_ms: 0 });
  }
  worker.send('stream:end', { stream_id: 'stream-1' });
  await worker.next('stream:complete');
  await sts.verify();
});
