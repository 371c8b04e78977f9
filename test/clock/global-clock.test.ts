/** `clock: 'global'`: delays, timeouts and the linger follow the runner's fake timers, wherever these jump. */

import type { EchoSts } from 'echo-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { globalClock } from '../../src/clock/clock.js';
import { fragment, type TestWorker } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();
const STREAM = { stream_id: 'stream-1' };

afterEach(() => {
  vi.useRealTimers();
});

async function begin(delayMs: number): Promise<{ sts: EchoSts; worker: TestWorker }> {
  const sts = await start({ clock: 'global', delayMs });
  const worker = await join(sts);
  await worker.init();
  worker.received.length = 0;
  return { sts, worker };
}

/** The fragment is taken, and its timer runs. */
async function send(sts: EchoSts, worker: TestWorker, ...numbers: number[]): Promise<void> {
  for (const number of numbers) worker.send('fragment:data', fragment(number));
  await sts.waitFor('fragment:ack', { sequenceNumber: numbers.at(-1) ?? 0 });
}

/** The sequence numbers of the results that are out. */
function results(sts: EchoSts): (number | undefined)[] {
  return sts.timeline({ event: 'fragment:processed' }).map(({ sequenceNumber }) => sequenceNumber);
}

describe('the global clock', () => {
  it('runs by real time as long as nobody fakes it', async () => {
    const { sts, worker } = await begin(30);
    await send(sts, worker, 0);
    expect((await worker.next('fragment:processed')).processing_time_ms).toBeGreaterThanOrEqual(28);
  });

  it('stands still with fake timers, and moves with them', async () => {
    vi.useFakeTimers();
    const { sts, worker } = await begin(8000);
    await send(sts, worker, 0);
    await vi.advanceTimersByTimeAsync(7999);
    expect(results(sts)).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(results(sts)).toEqual([0]);
    expect((await worker.next('fragment:processed')).processing_time_ms).toBe(8000);
    worker.send('stream:end', STREAM);
    await worker.next('stream:complete');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
  });

  it('shows the date that is faked', async () => {
    vi.useFakeTimers({ now: new Date('2040-01-01') });
    const { sts, worker } = await begin(1000);
    await send(sts, worker, 0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sts.timeline({ event: 'fragment:processed' })).toMatchObject([{ atMs: Date.parse('2040-01-01T00:00:01Z') }]);
  });

  it('follows fake timers that begin while something is in flight', async () => {
    const { sts, worker } = await begin(15_000);
    await send(sts, worker, 0);
    vi.useFakeTimers();
    await vi.advanceTimersByTimeAsync(15_000);
    await sts.waitFor('fragment:processed');
    await send(sts, worker, 1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(results(sts)).toEqual([0, 1]);
  });

  it('does not stall when fake timers end while something is in flight', async () => {
    vi.useFakeTimers();
    const { sts, worker } = await begin(40);
    await send(sts, worker, 0);
    vi.useRealTimers();
    await sts.waitFor('fragment:processed');
    expect(results(sts)).toEqual([0]);
  });

  it('does not stall when fake timers end after a leap, and never goes back', async () => {
    vi.useFakeTimers();
    const { sts, worker } = await begin(40);
    await vi.advanceTimersByTimeAsync(20_000);
    await send(sts, worker, 0);
    vi.useRealTimers();
    await sts.waitFor('fragment:processed', { sequenceNumber: 0 });
    await send(sts, worker, 1);
    await sts.waitFor('fragment:processed', { sequenceNumber: 1 });
    const times = sts.timeline().map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(results(sts)).toEqual([0, 1]);
  });

  it('does not stall or go back when the date is set back, before or after something has begun', async () => {
    vi.useFakeTimers();
    const { sts, worker } = await begin(8000);
    await send(sts, worker, 0);
    await vi.advanceTimersByTimeAsync(5000);
    vi.setSystemTime(new Date('2001-01-01'));
    await send(sts, worker, 1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(results(sts)).toEqual([0]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(results(sts)).toEqual([0, 1]);
    const times = sts.timeline().map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('does not stall when only the date is faked, and stands still', async () => {
    const { sts, worker } = await begin(30);
    vi.setSystemTime(new Date('2001-01-01'));
    await send(sts, worker, 0, 1);
    await sts.waitFor('fragment:processed', { times: 2 });
    expect(results(sts)).toEqual([0, 1]);
  });

  it('does not hurry what is in flight when the date is set forward, but takes it for overdue', async () => {
    vi.useFakeTimers();
    const { sts, worker } = await begin(8000);
    await send(sts, worker, 0);
    vi.setSystemTime(Date.now() + 20_000);
    await send(sts, worker, 1);
    await sts.waitFor('fragment:processed');
    expect(sts.timeline({ since: 4 }).map(({ event, sequenceNumber }) => [event, sequenceNumber])).toEqual([
      ['fragment:ack', 0],
      ['test', undefined],
      ['fragment:data', 1],
      ['fragment:ack', 1],
      ['fragment:processed', 0],
    ]);
    await vi.advanceTimersByTimeAsync(8000);
    expect(results(sts)).toEqual([0, 1]);
  });

  it('keeps waits and sockets in real time', async () => {
    vi.useFakeTimers();
    const { sts } = await begin(0);
    expect(await sts.waitFor('error', { timeoutMs: 20 }).catch(({ code }) => code)).toBe('WAIT_TIMEOUT');
    const wait = sts.waitFor('error', { timeoutMs: 600_000 }).catch(({ code }) => code);
    await vi.advanceTimersByTimeAsync(20_000);
    await sts.idle();
    await sts.close();
    expect(await wait).toBe('CLOSED');
  });

  it('records no result as sent to a worker that has gone, though it was overdue', async () => {
    vi.useFakeTimers();
    const { sts, worker } = await begin(8000);
    await send(sts, worker, 0);
    vi.setSystemTime(Date.now() + 20_000);
    worker.close();
    await sts.waitFor('disconnect');
    await sts.idle();
    expect(results(sts)).toEqual([]);
  });

  it.each(['a real', 'a fake'])('leaves nothing behind of %s timer that was stopped', (kind) => {
    if (kind === 'a fake') vi.useFakeTimers();
    const timeouts = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const [fake, real] = [vi.isFakeTimers() ? vi.getTimerCount() : 0, timeouts()];
    const stop = globalClock().startTimer({ wake: () => expect.unreachable('it was stopped') }, 60_000);
    expect((vi.isFakeTimers() ? vi.getTimerCount() : 0) + timeouts()).toBe(fake + real + 2);
    stop();
    expect([vi.isFakeTimers() ? vi.getTimerCount() : 0, timeouts()]).toEqual([fake, real]);
  });
});

describe('moves of fake timers', () => {
  /** What the test did, in words, with the event that follows. */
  function moves(sts: EchoSts): unknown[] {
    const entries = sts.timeline();
    return entries.flatMap(({ event, payload }, at) =>
      event === 'test' ? [[Reflect.get(payload, 'did'), entries[at + 1]?.event]] : [],
    );
  }

  it('are told before the first thing that comes after them', async () => {
    vi.useFakeTimers();
    const { sts, worker } = await begin(3000);
    await send(sts, worker, 0);
    await vi.advanceTimersByTimeAsync(1000);
    await vi.advanceTimersByTimeAsync(2000);
    await sts.waitFor('fragment:processed');
    vi.setSystemTime(Date.now() + 7);
    await send(sts, worker, 1);
    expect(moves(sts)).toEqual([
      ['fake timers moved by 3000 ms', 'fragment:processed'],
      ['fake timers moved by 7 ms', 'fragment:data'],
    ]);
  });

  it('are none where nobody fakes them, or they run by themselves, come or go', async () => {
    const { sts, worker } = await begin(30);
    await send(sts, worker, 0);
    await sts.waitFor('fragment:processed');
    vi.useFakeTimers({ now: Date.now() + 5000, shouldAdvanceTime: true });
    await send(sts, worker, 1);
    await sts.waitFor('fragment:processed', { sequenceNumber: 1 });
    vi.useRealTimers();
    vi.setSystemTime(new Date('2001-01-01'));
    await send(sts, worker, 2);
    await sts.waitFor('fragment:processed', { sequenceNumber: 2 });
    expect(moves(sts)).toEqual([]);
  });
});
