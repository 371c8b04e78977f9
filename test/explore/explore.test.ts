import { afterEach, describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../src/clock/manual-clock.js';
import { type Explored, type ExploreOptions, type ExploreReport, explore } from '../../src/explore/index.js';
import type { FaultPlan } from '../../src/options/fault-plan.js';
import { type Bug, StreamWorker } from './worker.js';

const speech = Array.from({ length: 6 }, (_, n) => Buffer.alloc(6, n + 1).toString('base64'));

/** What a test would write: a worker, with the bug or without, gets everything through. */
function working(bug?: Bug): Explored {
  return async (sts, { signal }) => {
    const worker = new StreamWorker({ url: sts.url, source: speech, bug });
    signal.addEventListener('abort', () => worker.stop());
    expect(await worker.run()).toEqual(speech);
  };
}

const quiet = { seed: 1, timeoutMs: 1000, onReport: () => {} } satisfies ExploreOptions;

async function rejection(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('It has resolved.');
  return outcome;
}

afterEach(() => vi.unstubAllEnvs());

describe('explore, of a worker that is correct', () => {
  it('resolves with what was planned and what happened', async () => {
    const report = await explore(working(), { ...quiet, runs: 60 });
    expect(report).toMatchObject({ runs: 60, seed: 1, neverHappened: [] });
    expect(report.kinds.map(({ kind }) => kind)).toEqual([
      ...['TIMEOUT', 'MODEL_ERROR', 'GPU_OOM', 'QUEUE_FULL', 'RATE_LIMIT'],
      ...['duplicate', 'late', 'server-disconnect', 'transport-close', 'reset'],
      ...['delay', 'capacity', 'backpressure', 'refusal', 'restart'],
    ]);
    expect(report.kinds.every(({ planned, happened }) => planned >= happened)).toBe(true);
  });

  it('prints the table, or gives it to `onReport`', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const reports: ExploreReport[] = [];
    const { text } = await explore(working(), { seed: 1, runs: 2 });
    const second = await explore(working(), { seed: 1, runs: 2, onReport: (report) => reports.push(report) });
    expect(log.mock.calls).toEqual([[text]]);
    expect(reports).toEqual([second]);
    log.mockRestore();
  });

  it('plans nothing but the kinds that were chosen', async () => {
    const plans: FaultPlan[] = [];
    const run: Explored = (sts, details) => {
      plans.push(details.plan);
      return working()(sts, details);
    };
    const report = await explore(run, { ...quiet, runs: 10, faults: { preset: 'none', TIMEOUT: true, delay: true } });
    expect(report.kinds.map(({ kind }) => kind)).toEqual(['TIMEOUT', 'delay']);
    expect(plans).toHaveLength(11);
    expect(plans[0]).toEqual({});
    expect(plans.every(({ errorRules = [] }) => errorRules.every(({ code }) => code === 'TIMEOUT'))).toBe(true);
    expect(
      plans.flatMap((plan) => Object.keys(plan)).filter((name) => !['delayMs', 'errorRules'].includes(name)),
    ).toEqual([]);
  });

  it('draws the same plans from the same seed', async () => {
    const plansOf = async (seed: number) => {
      const plans: FaultPlan[] = [];
      await explore(
        (sts, details) => {
          plans.push(details.plan);
          return working()(sts, details);
        },
        { ...quiet, runs: 5, seed },
      );
      return plans;
    };
    expect(await plansOf(3)).toEqual(await plansOf(3));
    expect(await plansOf(3)).not.toEqual(await plansOf(4));
  });

  it('takes no time with a manual clock, which it moves', async () => {
    const report = await explore(working(), {
      ...quiet,
      runs: 20,
      faults: { preset: 'none', delay: true, late: true, backpressure: true },
      echoSts: { clock: manualClock(), delayMs: 60_000 },
    });
    expect(report.runs).toBe(20);
  });
});

describe('explore, of a worker with a bug', () => {
  it('rejects with the smallest plan as code, its story, the failure, and the line to run it again', async () => {
    const error = await rejection(explore(working('no-retry'), quiet));
    expect(error.code).toBe('EXPLORE_FAILED');
    expect(error.message).toMatchInlineSnapshot(`
      "\`explore\` found a failure with plan 1 of 100. The smallest such plan failed again in 3 of 3 runs.

        The first attempts of 2 fragments fail with RATE_LIMIT.

        const sts = await createEchoSts({
          conduct: 'strict',
          errorRules: [{ when: { attempt: 1 }, times: 2, code: 'RATE_LIMIT' }],
        });

        The run failed like this:

        AssertionError: expected [ undefined, undefined, …(4) ] to deeply equal [ 'AQEBAQEB', 'AgICAgIC', …(4) ]

          omitted   fragment 0 failed with RATE_LIMIT (retryable) at #12 and was never sent again; \`stream:end\` came at #24, 1
                    ms later
                    fragment 1 failed with RATE_LIMIT (retryable) at #13 and was never sent again; \`stream:end\` came at #24, 1
                    ms later
          state     stream "news" of worker "w-1" is completed; the service counts 6 fragments, 0 in flight; no \`error\` sent
          seed      3832357278

          timeline, the last 10 of 25 entries:
            #16  +3 ms  out  news  fragment:ack        #3 queued at 0, done in 0 ms
            #17  +3 ms  in   news  fragment:data       #4  6 B 15e78d73
            #18  +3 ms  out  news  fragment:ack        #4 queued at 1, done in 0 ms
            #19  +3 ms  in   news  fragment:data       #5  6 B 760496c3
            #20  +3 ms  out  news  fragment:ack        #5 queued at 2, done in 0 ms
            #21  +3 ms  out  news  fragment:processed  #3 success 0 ms
            #22  +3 ms  out  news  fragment:processed  #4 success 0 ms
            #23  +3 ms  out  news  fragment:processed  #5 success 0 ms
            #24  +3 ms  in   news  stream:end
            #25  +3 ms  out  news  stream:complete     6 fragments (4 success, 2 failed)

        To run this plan alone, set ECHO_STS_EXPLORE=c5a71854,1,0:1:1:1,6,complete
        or pass { seed: 1, path: '0:1:1:1' }."
    `);
    expect(error.cause).toMatchObject({ name: 'AssertionError' });
    expect(error.stack).toContain('explore.test.ts');
  });
});
