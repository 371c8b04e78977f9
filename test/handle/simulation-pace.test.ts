/** How long processing takes, what the worker is told about its pace, and chance that repeats (issue 3, §1, §2, §6). */

import {
  type BackpressureOption,
  createEchoSts,
  type DelayPlan,
  type EchoStsOptions,
  type PushedBackpressure,
} from 'echo-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, send } from '../support/worker.js';

const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };

/** An open stream, and the fixture. */
async function open(options: EchoStsOptions = {}, stream: object = {}) {
  const sts = await start(options);
  const worker = await join(sts);
  await worker.init(stream);
  return { sts, worker };
}

function estimates(worker: ScriptedWorker): number[] {
  return worker.all('fragment:ack').map((ack) => ack.estimated_completion_ms);
}

/** What each `backpressure` says: severity, action, in flight, and the delay if there is one. */
function signals(worker: ScriptedWorker): string[] {
  return worker
    .all('backpressure')
    .map((signal) => [signal.severity, signal.action, signal.current_inflight, signal.recommended_delay_ms])
    .map((parts) => parts.filter((part) => part !== undefined).join(' '));
}

/** The numbers of the fragments that fail. */
async function failures(options: EchoStsOptions, count = 40): Promise<number[]> {
  const { worker } = await open(options);
  await send(worker, ...Array(count).keys());
  const failed = worker.all('fragment:processed').filter(({ status }) => status === 'failed');
  return failed.map((result) => result.sequence_number);
}

describe('delayMs', () => {
  it.each<[string, DelayPlan, least: number, most: number]>([
    ['a number', 5, 5, 5],
    ['evenly spread', { min: 3, max: 6 }, 3, 6],
    ['log-normal', { p50: 4, p99: 12 }, 1, 60],
    ['a function of the fragment', ({ timestamp }) => 2 + (timestamp % 2), 2, 3],
  ])('may be %s', async (_, delayMs, least, most) => {
    const { worker } = await open({ delayMs, reorderWindow: 20 }, { max_inflight: 10 });
    for (const number of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) worker.send('fragment:data', fragment(number));
    worker.send('stream:end', STREAM);
    await worker.next('stream:complete');
    expect(estimates(worker)[0]).toSatisfy((ms: number) => ms >= least && ms <= most);
    const times = worker.all('fragment:processed').map((result) => result.processing_time_ms);
    expect(times).toHaveLength(10);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(least);
  });

  it('by a function that throws makes the fragment fail with MODEL_ERROR', async () => {
    const { worker } = await open({
      delayMs: () => {
        throw new Error('no idea');
      },
    });
    await send(worker, 0);
    expect((await worker.next('fragment:processed')).error).toMatchObject({
      code: 'MODEL_ERROR',
      message: '`delayMs` threw: no idea',
    });
  });

  it('can be set to every form while a stream runs', async () => {
    const { sts, worker } = await open({ delayMs: { min: 4, max: 4 } });
    await send(worker, 0);
    await worker.next('fragment:processed');
    for (const [delayMs, number] of [
      [() => 2, 1],
      [{ p50: 9, p99: 9 }, 2],
    ] as const) {
      sts.setDelay(delayMs);
      await send(worker, number);
      await worker.next('fragment:processed');
    }
    expect(estimates(worker)).toEqual([4, 2, 9]);
  });

  it.each<unknown>([
    { min: 2, max: 1 },
    { p50: 0, p99: 5 },
    { p50: 5, p99: 4 },
    { min: 1 },
    { min: 1, max: 2, p50: 1, p99: 2 },
  ])('is refused as %j, and what was set before stays', async (delayMs) => {
    const { sts, worker } = await open({ delayMs: 3 });
    expect(() => sts.setDelay(delayMs as DelayPlan)).toThrow(/^`delayMs` expected an integer from 0 to 600000, \{ min/);
    await expect(createEchoSts({ delayMs: delayMs as DelayPlan })).rejects.toThrow(/^`delayMs` expected/);
    await send(worker, 0);
    expect(estimates(worker)).toEqual([3]);
  });
});

describe('capacity', () => {
  it('makes fragments wait for a place, and the acknowledgement says how long', async () => {
    const { worker } = await open({ delayMs: 60_000, capacity: 2 });
    for (const number of [0, 1, 2, 3, 4]) worker.send('fragment:data', fragment(number));
    await worker.settled();
    const [first, second, third, fourth, fifth] = estimates(worker);
    expect([first, second]).toEqual([60_000, expect.toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000)]);
    for (const ms of [third, fourth]) expect(ms).toSatisfy((value: number) => value > 110_000 && value <= 120_000);
    expect(fifth).toSatisfy((value: number) => value > 170_000 && value <= 180_000);
    expect(worker.all('fragment:ack').map((ack) => ack.queue_position)).toEqual([0, 1, 2, 3, 4]);
    const { current_inflight, queue_depth } = await worker.next('backpressure');
    expect([current_inflight, queue_depth]).toEqual([4, 2]);
  });
});

describe('backpressure', () => {
  it('is told at each change of level, up and down, and released in the end', async () => {
    const { worker } = await open({ backpressure: true }, { max_inflight: 10 });
    // Held behind the missing 0, so that they are in flight together.
    await send(worker, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
    expect(signals(worker)).toEqual(['low none 5', 'medium slow_down 7 500', 'high pause 9 1000', 'low none 0']);
  });

  it('takes levels and a delay of its own', async () => {
    const levels = { low: 0.1, medium: 0.2, high: 0.3, recommendedDelayMs: 7 };
    const { worker } = await open({ backpressure: levels }, { max_inflight: 10 });
    await send(worker, 1, 2, 3, 4, 0);
    expect(signals(worker)).toEqual(['low none 1', 'medium slow_down 2 7', 'high pause 3 7', 'low none 0']);
  });

  it('can be set and switched off while a stream runs, and for streams to come', async () => {
    const { sts, worker } = await open({}, { max_inflight: 10 });
    await send(worker, 1, 2, 3, 4, 5, 6, 7);
    sts.setBackpressure(true);
    await worker.settled();
    sts.setBackpressure(false);
    await send(worker, 8);
    expect(signals(worker)).toEqual(['medium slow_down 7 500', 'low none 7']);
    sts.setBackpressure({ low: 0.1 });
    const later = await join(sts);
    await later.init({ max_inflight: 10 });
    await send(later, 1);
    expect(signals(later)).toEqual(['low none 1']);
  });

  it.each<[string, unknown]>([
    ['backpressure', 'on'],
    ['low', { low: 0 }],
    ['recommendedDelayMs', { recommendedDelayMs: -1 }],
    ['hihg', { hihg: 1 }],
  ])('is refused by its `%s` and stays as it was: %j', async (name, option) => {
    const { sts, worker } = await open();
    const message = expect.stringMatching(
      `^\`${name}\` |^Did you mean \`high\`\\? .* got the unknown name \`${name}\`\\.$`,
    );
    expect(() => sts.setBackpressure(option as BackpressureOption)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message }),
    );
    await send(worker, 1, 2, 3);
    expect(signals(worker)).toEqual([]);
  });
});

describe('pushBackpressure()', () => {
  it('sends a signal now, whatever the load, to the stream named', async () => {
    const { sts, worker } = await open();
    const other = await join(sts);
    await other.init({ stream_id: 'stream-2' });
    sts.pushBackpressure({ streamId: 'stream-1', severity: 'medium', action: 'slow_down', recommendedDelayMs: 40 });
    expect(await worker.next('backpressure')).toStrictEqual({
      ...STREAM,
      severity: 'medium',
      current_inflight: 0,
      queue_depth: 0,
      action: 'slow_down',
      recommended_delay_ms: 40,
    });
    await other.settled();
    expect(other.all('backpressure')).toEqual([]);
  });

  it('sends to all open streams when none is named, and to none that is not begun', async () => {
    const { sts, worker } = await open();
    const [other, idle] = [await join(sts), await join(sts)];
    await other.init({ stream_id: 'stream-2' });
    sts.pushBackpressure({ severity: 'high', action: 'pause' });
    sts.pushBackpressure({ severity: 'low', action: 'none' });
    for (const each of [worker, other, idle]) await each.settled();
    const told = ['high pause 0', 'low none 0'];
    expect([worker, other, idle].map(signals)).toEqual([told, told, []]);
  });

  it('always says how long to slow down', async () => {
    const { sts, worker } = await open();
    sts.pushBackpressure({ severity: 'low', action: 'slow_down' });
    expect((await worker.next('backpressure')).recommended_delay_ms).toBe(500);
  });

  it.each([
    ['severity', { action: 'none' }],
    ['action', { severity: 'low', action: 'run' }],
    ['recommendedDelayMs', { severity: 'low', action: 'pause', recommendedDelayMs: 0.5 }],
    ['recommendedDelayMs', { severity: 'low', action: 'none', recommendedDelayMs: 5 }],
    ['streamId', { severity: 'low', action: 'none', streamId: '' }],
  ])('refuses a wrong `%s` and sends nothing: %j', async (name, signal) => {
    const { sts, worker } = await open();
    expect(() => sts.pushBackpressure(signal as PushedBackpressure)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(`^\`${name}\` `) }),
    );
    await worker.settled();
    expect(signals(worker)).toEqual([]);
  });
});

describe('the seed', () => {
  const errorRules = [{ when: { probability: 0.4 }, code: 'TIMEOUT' }] as const;
  afterEach(() => vi.unstubAllEnvs());

  it('gives the same faults again, and another seed others', async () => {
    const first = await failures({ seed: 'a', errorRules });
    expect(await failures({ seed: 'a', errorRules })).toEqual(first);
    expect(await failures({ seed: 'b', errorRules })).not.toEqual(first);
    expect([first.length > 5, first.length < 30]).toEqual([true, true]);
  });

  it('gives the same faults whatever the order of arrival', async () => {
    const options = { seed: 7, errorRules, reorderWindow: 20 };
    const { worker } = await open(options);
    await send(worker, ...Array.from({ length: 20 }, (_, index) => 19 - index));
    const failed = worker.all('fragment:processed').filter(({ status }) => status === 'failed');
    expect(failed.map((result) => result.sequence_number)).toEqual(await failures(options, 20));
  });

  it('is shown in the handle, and what is shown gives the same again', async () => {
    const first = await start({ seed: 42 });
    const [random, other] = [await start(), await start()];
    expect([first.seed, random.seed]).toEqual(['42', expect.stringMatching(/^\d+$/)]);
    expect(other.seed).not.toBe(random.seed);
    const { seed } = random;
    expect(await failures({ seed, errorRules })).toEqual(await failures({ seed: Number(seed), errorRules }));
  });

  it('of the environment overrides the option', async () => {
    const expected = await failures({ seed: 'a', errorRules });
    vi.stubEnv('ECHO_STS_SEED', 'a');
    expect((await start({ seed: 'b' })).seed).toBe('a');
    expect(await failures({ seed: 'b', errorRules })).toEqual(expected);
  });

  it('that is empty in the environment overrides nothing', async () => {
    vi.stubEnv('ECHO_STS_SEED', '');
    expect((await start({ seed: 'b' })).seed).toBe('b');
  });
});
