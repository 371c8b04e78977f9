import { afterEach, describe, expect, it, vi } from 'vitest';
import { manualClock } from '../../src/clock/manual-clock.js';
import { type ExploreFunction, type ExploreOptions, type ExploreReport, explore } from '../../src/explore/index.js';
import type { FaultPlan } from '../../src/options/fault-plan.js';
import { type Bug, StreamWorker } from './worker.js';

const speech = Array.from({ length: 6 }, (_, n) => Buffer.alloc(6, n + 1).toString('base64'));

/** What a test would write: a worker, with the bug or without, gets everything through. */
function working(bug?: Bug): ExploreFunction {
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
    const run: ExploreFunction = (sts, details) => {
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
    const [found, failure = ''] = error.message.split('  AssertionError: ');
    expect(found).toBe(
      `\`explore\` found faults with which the run fails: plan 9 of 100. With the smallest plan it failed again in 3 of 3 runs.

  Fragment 0 fails with QUEUE_FULL once.

  const sts = await createEchoSts({
    conduct: 'strict',
    errorRules: [{ when: { sequenceNumber: 0 }, code: 'QUEUE_FULL', times: 1 }],
  });

  The run failed like this:

`,
    );
    expect(failure).toMatch(/^expected \[ undefined, 'AgICAgIC', …\(4\) \] to deeply equal/);
    expect(failure).toContain('omitted   fragment 0 failed with QUEUE_FULL (retryable)');
    expect(failure).toContain('timeline, the last 10 of 24 entries:');
    expect(failure).toMatch(
      /\n {2}To run this plan alone, set ECHO_STS_EXPLORE=\w{8},1,8:0:1:1,6,complete\n {2}or pass \{ seed: 1, path: '8:0:1:1' \}\.$/,
    );
    expect(error.cause).toMatchObject({ name: 'AssertionError' });
    expect(error.stack).toContain('explore.test.ts');
  });

  it('gives the report first, up to the plan that failed', async () => {
    const reports: ExploreReport[] = [];
    const { message } = await rejection(
      explore(working('no-retry'), { ...quiet, onReport: (report) => reports.push(report) }),
    );
    expect(message).toContain(`plan ${reports[0]?.runs} of 100`);
  });

  it('says what the code of the plan has besides: the options of each fixture', async () => {
    const echoSts = { capacity: 2, errorRules: [{ when: { sequenceNumber: 0 }, fault: 'late', delayMs: 1 }] } as const;
    const { message } = await rejection(explore(working('no-retry'), { ...quiet, echoSts }));
    expect(message).toMatch(
      /capacity: 2,\n {4}errorRules: \[\n {6}\{ when: \{ sequenceNumber: 0 \}, fault: 'late', delayMs: 1 \},/,
    );
  });

  it('tells a run that hangs by what it waited for', async () => {
    const { message } = await rejection(explore(working('never-ends'), { ...quiet, timeoutMs: 300 }));
    expect(message).toContain('`explore` found that the run fails without any fault. It failed again in 3 of 3 runs.');
    expect(message).toContain('The run did not end within 300 ms.');
    expect(message).toContain('the worker owes its next fragment, or `stream:end`');
  });

  it('says that a run is slow before its time is over, for that of the test may be over before the error is there', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await rejection(explore(working('never-ends'), { ...quiet, timeoutMs: 300 }));
    await rejection(
      explore(working('leaks-a-place'), { ...quiet, timeoutMs: 300, faults: { preset: 'none', TIMEOUT: true } }),
    );
    await rejection(explore(working('no-retry'), quiet));
    expect(warn.mock.calls.map(([text]) => String(text).replace(/plan \d+/, 'plan N'))).toEqual([
      'explore: the undisturbed run has not ended after 240 ms; it fails after 300 ms. It may take 12 s to find out why: give the test that much time.',
      'explore: the run with plan N of 100 has not ended after 240 ms; it fails after 300 ms. It may take 12 s to find out why: give the test that much time.',
    ]);
    warn.mockRestore();
  });

  it('tells what is no error by its fields, and that each fixture has faults of its own', async () => {
    const run = () => Promise.reject({ code: 5, reason: 'lost' });
    const echoSts = { cuts: [{ at: 'connect', how: 'reset', optional: true }] } as const;
    const { message } = await rejection(explore(run, { ...quiet, echoSts }));
    expect(message).toContain(
      '`explore` found that the run fails without any fault but those of `echoSts`. It failed ',
    );
    expect(message).toContain("The run rejected with { code: 5, reason: 'lost' }");
  });

  it('tells a wait of the run by its own text', async () => {
    const run: ExploreFunction = async (sts) => {
      await sts.waitFor('stream:complete');
    };
    const { message } = await rejection(explore(run, { ...quiet, timeoutMs: 300 }));
    expect(message).toContain('`waitFor` gave up after 270 ms: `stream:complete` did not come.');
  });

  it('tells a wait without a timeout by what it was for', async () => {
    const run: ExploreFunction = async (sts) => {
      await sts.waitFor('stream:complete', { timeoutMs: Number.POSITIVE_INFINITY });
    };
    const { message } = await rejection(explore(run, { ...quiet, timeoutMs: 300 }));
    expect(message).toContain('The run did not end within 300 ms.');
    expect(message).toContain('When the run was stopped, `waitFor` waited for `stream:complete`.');
  });

  it('does not wait for a run that has broken the protocol already', async () => {
    const { message } = await rejection(explore(working('number-as-text'), { ...quiet, timeoutMs: 1_000_000 }));
    expect(message).toContain('violation invalid-payload');
  });

  it('aborts the signal of each run at its end, also of one that hangs', async () => {
    const signals: AbortSignal[] = [];
    const run: ExploreFunction = (sts, details) => {
      signals.push(details.signal);
      return working('never-ends')(sts, details);
    };
    await rejection(explore(run, { ...quiet, timeoutMs: 100 }));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
  });

  /** Aborts in the run with this number. */
  function abortedIn(number: number, run: ExploreFunction) {
    const [ending, signals] = [new AbortController(), [] as AbortSignal[]];
    const aborting: ExploreFunction = (sts, details) => {
      signals.push(details.signal);
      if (signals.length === number) setImmediate(() => ending.abort(new Error('the test is over')));
      return run(sts, details);
    };
    const exploring = explore(aborting, { ...quiet, timeoutMs: 60_000, signal: ending.signal });
    return { exploring, signals };
  }

  it.each<[string, number, ExploreFunction]>([
    ['in the undisturbed run', 1, working('never-ends')],
    ['in a run with a plan', 3, (sts, details) => working(details.plan.errorRules && 'never-ends')(sts, details)],
    [
      'while a plan is made smaller',
      4,
      async (sts, details) => {
        await working()(sts, details);
        if (Object.keys(details.plan).length > 0) throw new Error('always');
      },
    ],
  ])('ends with the reason of its signal, and tries no other plan: %s', async (_, number, run) => {
    const { exploring, signals } = abortedIn(number, run);
    expect(await rejection(exploring)).toMatchObject({ name: 'Error', message: 'the test is over' });
    expect(signals).toHaveLength(number);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it('ends, too, if its signal is aborted while a fixture starts', async () => {
    const ending = new AbortController();
    const exploring = explore(working('never-ends'), { ...quiet, timeoutMs: 60_000, signal: ending.signal });
    ending.abort(new Error('the test is over'));
    expect(await rejection(exploring)).toMatchObject({ message: 'the test is over' });
  });

  it('tries nothing if its signal is aborted already', async () => {
    const run = vi.fn();
    const exploring = explore(run, { ...quiet, signal: AbortSignal.abort(new Error('the test is over')) });
    expect(await rejection(exploring)).toMatchObject({ message: 'the test is over' });
    expect(run).not.toHaveBeenCalled();
  });

  it('says that a client does not connect again by itself after a disconnect by the service', async () => {
    const run: ExploreFunction = async (sts, { plan, ...details }) => {
      await working()(sts, { plan, ...details });
      if (plan.cuts !== undefined) throw new Error('it did not come back');
    };
    const faults = { preset: 'none', 'server-disconnect': true } as const;
    const { message } = await rejection(explore(run, { ...quiet, faults }));
    expect(message).toMatch(
      /\n {2}The service disconnects the worker .*\.\n {2}After that, a client of Socket\.IO does not connect again by itself\.\n/,
    );
  });

  it('says how much is chance', async () => {
    let runs = 0;
    const run: ExploreFunction = async (sts, details) => {
      runs += 1;
      await working()(sts, details);
      // Of the second run, which has the first plan, and of one of those after it was shrunk.
      if (runs === 2) throw new Error('by chance');
    };
    const { message } = await rejection(explore(run, quiet));
    expect(message).toContain('it failed again in 0 of 3 runs: your worker or its timers depend on chance.');
    expect(message).toContain('Error: by chance');
  });

  it('shows the plan that hung first if the smallest does not hang again', async () => {
    const known = new Set<string>();
    let first: string | undefined;
    const run: ExploreFunction = async (sts, details) => {
      await working()(sts, details);
      const key = JSON.stringify(details.plan);
      if (key === '{}') return;
      first ??= key;
      const isAgain = known.has(key);
      known.add(key);
      // Others hang only the first time: while the first is made smaller.
      if (key === first || !isAgain) await new Promise(() => {});
    };
    const { message } = await rejection(explore(run, { ...quiet, timeoutMs: 400 }));
    expect(known.size).toBeGreaterThan(1);
    expect(message).toContain('With this plan it failed again in 3 of 3 runs.');
    expect(message).toContain("path: '0' }");
  });
});

describe('a plan that was found', () => {
  it('is run alone with the line, by the `explore` that found it and by no other', async () => {
    const plans: FaultPlan[] = [];
    const run: ExploreFunction = (sts, details) => {
      plans.push(details.plan);
      return working('no-retry')(sts, details);
    };
    const find = () => rejection(explore(run, quiet));
    const found = await find();
    const [, line = ''] = /set ECHO_STS_EXPLORE=(\S+)/.exec(found.message) ?? [];
    const smallest = plans.at(-1);
    plans.length = 0;
    vi.stubEnv('ECHO_STS_EXPLORE', line);
    const again = await find();
    expect(plans).toEqual([smallest, smallest, smallest, smallest]);
    expect(again.message).toContain('the plan of this path');
    expect(again.message).toContain(line);
    const elsewhere = await explore(working(), { ...quiet, runs: 2 });
    expect(elsewhere.runs).toBe(2);
  });

  it('is run alone with its seed and path', async () => {
    const found = await rejection(explore(working('no-retry'), quiet));
    const [, path = ''] = /path: '(.*)'/.exec(found.message) ?? [];
    const [, code] = /(const sts = [\s\S]*?\}\);)/.exec(found.message) ?? [];
    const again = await rejection(explore(working('no-retry'), { ...quiet, path }));
    expect(again.message).toContain(code);
    expect(await explore(working(), { ...quiet, path })).toMatchObject({ runs: 1 });
  });
});

describe('explore rejects', () => {
  it.each([undefined, {}, 'run'])('what is no function: %j', async (run) => {
    const error = await rejection(explore(run as never, quiet));
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
    expect(error.message).toMatch(/^`explore` expected a function first, got [^;]+; pass one that runs your worker /);
  });

  it('a path without its seed', async () => {
    const error = await rejection(explore(working(), { path: '0' }));
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
    expect(error.message).toContain('`seed` is required with `path`; copy both from the error');
  });

  it('if the worker sends no fragment in the undisturbed run', async () => {
    const error = await rejection(explore(async () => {}, quiet));
    expect(error).toMatchObject({ code: 'EXPLORE_FAILED' });
    expect(error.message).toBe(
      '`explore` expected the worker to send fragments in its first run, which is undisturbed, and its timeline has none; ' +
        'connect it to `sts.url`, and return a promise that resolves when it has finished.',
    );
  });

  it('with `coverage: "strict"` if a kind never happened', async () => {
    // Five, and no plan has more than four.
    const faults = { preset: 'none', TIMEOUT: true, GPU_OOM: true, late: true, duplicate: true, delay: true } as const;
    const error = await rejection(explore(working(), { ...quiet, runs: 1, coverage: 'strict', faults }));
    expect(error).toMatchObject({ code: 'EXPLORE_FAILED' });
    expect(error.message).toMatch(
      /^`explore` expected each kind of fault to happen, and [\w, ]+ never did; use more `runs`, or leave out with `faults` what cannot happen\.\n\nexplore: 1 run /,
    );
  });

  it.each<[options: object, message: string]>([
    [{ runs: 0 }, '`runs` expected an integer from 1 to 1000000, got 0.'],
    [{ faults: 'friendly' }, '`faults` expected one of "survivable", "hostile", "none", got "friendly".'],
    [
      { faults: ['drop'] },
      '`faults` expected one of "survivable", "hostile", "none", or an object such as { "preset": "none", "TIMEOUT": true }, got a list.',
    ],
    [
      { faults: { preset: 'none' } },
      '`faults` expected at least one kind of fault, got none; add one by name, as in { "preset": "none", "TIMEOUT": true }.',
    ],
    [{ faults: { dorp: true } }, 'unknown name `faults.dorp`'],
    [{ echoSts: { delayMs: -1 } }, '`delayMs` expected an integer from 0 to 600000'],
    [
      { path: '0:999' },
      '`path` expected the path of a plan of seed 1, and "0:999" leads to none; copy both from the error',
    ],
    [
      { path: '0:99:99' },
      '`path` expected the path of a plan of seed 1, and "0:99:99" leads to none; copy both from the error',
    ],
    [
      { path: '1000000' },
      '`path` expected the path of a plan of seed 1, and "1000000" leads to none; copy both from the error',
    ],
    [{ path: 'x' }, '`path` expected numbers with colons between them, such as "17:2:0", got "x".'],
  ])('%j', async (options, message) => {
    const error = await rejection(explore(working(), { ...quiet, ...options }));
    expect(error).toMatchObject({ code: 'INVALID_OPTION' });
    expect(error.message).toContain(message);
  });

  it('if the fixture cannot be started, with the error of createEchoSts', async () => {
    const error = await rejection(explore(working(), { ...quiet, echoSts: { host: '203.0.113.1' } }));
    expect(error).toMatchObject({ code: 'LISTEN_FAILED' });
  });
});
