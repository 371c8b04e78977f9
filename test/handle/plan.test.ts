/** A plan as options, and as `apply`: what it does, what `verify()` says of it, and what `reset()` puts back. */

import { EchoStsError, type FaultPlan, manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

const { start, begin, join, still } = useScriptedFixtures();

const PAUSE = { at: 'after-ack', severity: 'high', action: 'pause' } as const;

/** Everything that a plan may have. */
const PLAN: FaultPlan = {
  delayMs: 5,
  capacity: 1,
  backpressure: { low: 0.9, medium: 0.95, high: 0.99 },
  errorRules: [{ when: { attempt: 1, sequenceNumber: 1 }, code: 'TIMEOUT' }],
  cuts: [{ at: 'after-processed', how: 'reset', sequenceNumber: 1 }],
  refusals: [{ after: 1, times: 2, status: 429 }],
  restarts: [{ at: 'before-complete', downForMs: 100, optional: true }],
  signals: [PAUSE],
};

async function refused(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EchoStsError);
  return (error as EchoStsError).message;
}

describe('a planned signal', () => {
  it('is sent by itself, and released on the clock of the fixture', async () => {
    const clock = manualClock();
    const { sts, worker } = await still({ clock, delayMs: 500, signals: [{ ...PAUSE, releaseAfterMs: 200 }] });
    worker.send('fragment:data', fragment(0));
    await clock.advance(199);
    expect(worker.all('backpressure')).toMatchObject([{ severity: 'high', action: 'pause' }]);
    await clock.advance(1);
    expect(worker.all('backpressure').slice(1)).toMatchObject([{ severity: 'low', action: 'none' }]);
    const causes = sts.timeline({ event: 'backpressure' }).map(({ cause }) => cause);
    expect(causes).toMatchObject([{ plan: 'after-ack' }, { plan: 'after-ack', delayMs: 200 }]);
    expect(causes[0]?.entry).toBe(sts.timeline({ event: 'fragment:data' })[0]?.n);
    expect(sts.format('text', { columns: 120 })).toMatch(/high\/pause, 1 in flight.*planned after-ack/);
    expect(sts.timeline({ event: 'test' }).map(({ payload }) => payload.did)).not.toContainEqual(
      expect.stringContaining('pushBackpressure'),
    );
  });

  it('that no fragment follows has proved nothing', async () => {
    const sts = await start({ signals: [PAUSE], vacuous: 'fail' });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    expect(await refused(sts.verify())).toMatch(/no fragment of stream "stream-1" arrived after it/);
  });
});

describe('a planned restart', () => {
  it('is told as planned, with its stream', async () => {
    const sts = await start({ restarts: [{ at: 'after-ack', downForMs: 300 }] });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    const [restart] = sts.timeline({ event: 'restart' });
    expect(restart?.payload).toEqual({ downForMs: 300, at: 'after-ack', streamId: 'stream-1' });
    expect(sts.format()).toMatch(/restart.*down for 300 ms, planned after-ack/);
    expect(sts.violations()).toEqual([]);
  });
});

describe('verify()', () => {
  const unused: FaultPlan = {
    cuts: [{ at: 'after-ack', how: 'reset', sequenceNumber: 9 }],
    refusals: [{ after: 4 }],
    restarts: [{ at: 'before-complete', downForMs: 7 }],
    signals: [{ ...PAUSE, streamId: 'news' }],
  };

  it('lists everything planned that has never happened, with what came', async () => {
    const sts = await start(unused);
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    const message = await refused(sts.verify());
    const lines = message.split('\n').filter((line) => /^ {2}(unused|came)/.test(line));
    expect(message).toMatch(/^`verify` found 4 unused rules or planned faults\./);
    expect(lines.map((line) => line.trim().replace(/ {2,}/, ' '))).toEqual([
      expect.stringMatching(/^unused cut \(\{ at: 'after-ack', sequenceNumber: 9, how: 'reset' \}\) never fired/),
      'came fragments with sequence number 0',
      expect.stringMatching(/^unused restart \(\{ at: 'before-complete', downForMs: 7 \}\) never fired/),
      'came no `stream:end`',
      expect.stringMatching(
        /^unused signal \(\{ at: 'after-ack', streamId: 'news', severity: 'high', action: 'pause' \}/,
      ),
      'came no fragment of stream "news", but of stream "stream-1"',
      expect.stringMatching(/^unused refusal \(\{ after: 4, times: 1, status: 503 \}\) never fired/),
      'came no attempts to connect',
    ]);
  });

  it('accepts what is optional', async () => {
    const optional = { optional: true } as const;
    const sts = await start({
      cuts: [{ at: 'after-ack', how: 'reset', ...optional }],
      refusals: [optional],
      restarts: [{ at: 'connect', streamId: 'x', ...optional }],
      signals: [{ ...PAUSE, ...optional }],
    });
    await sts.verify();
  });

  it('knows, with `vacuous`, that a signal or a cut has happened less often than planned', async () => {
    const sts = await start({ vacuous: 'fail', signals: [{ ...PAUSE, action: 'none', times: 3 }] });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    expect(await refused(sts.verify())).toMatch(/signal \(.*\) hit once, and its `times` is 3/);
  });

  it('lists for a scope what the scope has planned, and nothing of the fixture', async () => {
    const sts = await start(unused);
    await sts.scope({ streamId: 'stream' }).verify();
  });
});

describe('reset()', () => {
  it('puts the plan of the options back, and drops what was added', async () => {
    const sts = await start({ signals: [PAUSE] });
    const once = async () => {
      const worker = await begin(sts);
      worker.send('fragment:data', fragment(0));
      return worker.all('backpressure').map(({ action }) => action);
    };
    sts.apply({ signals: [{ ...PAUSE, action: 'slow_down' }] });
    expect([await once(), await once(), await once()]).toEqual([['pause'], ['slow_down'], []]);
    await sts.reset();
    expect([await once(), await once()]).toEqual([['pause'], []]);
  });

  it('puts `capacity` back', async () => {
    const sts = await start();
    sts.apply({ capacity: 1, delayMs: 40 });
    await sts.reset();
    const worker = await begin(sts, { max_inflight: 10 });
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    expect(worker.all('fragment:ack').map((ack) => ack.estimated_completion_ms)).toEqual([0, 0]);
  });
});

describe('apply()', () => {
  it('does what the same plan does as options', async () => {
    const told = [];
    for (const options of [PLAN, undefined]) {
      const sts = await start({ ...options, clock: manualClock(), seed: 'same' });
      if (options === undefined) sts.apply(PLAN);
      const worker = await begin(sts, { max_inflight: 10 });
      for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
      await (sts.clock as ReturnType<typeof manualClock>).advance(50);
      told.push(worker.received.map(({ event }) => event));
      const entry = sts.timeline({ event: 'fragment:ack' }).at(-1);
      expect(entry?.payload).toMatchObject({ estimated_completion_ms: 10 });
    }
    expect(told[1]).toEqual(told[0]);
    expect(told[0]).toContain('backpressure');
  });

  it('says in one note what it did', async () => {
    const sts = await start();
    sts.apply(PLAN);
    sts.apply({});
    const rules = Array.from({ length: 20 }, () => ({ when: {}, fault: 'drop', optional: true }) as const);
    sts.apply({ errorRules: rules });
    const [first, second, third] = sts.timeline({ event: 'test' }).map(({ payload }) => payload.did);
    expect(first).toBe(
      'apply: delayMs(5), capacity(1), backpressure({ low: 0.9, medium: 0.95, high: 0.99 }), ' +
        "rule 1 ({ sequenceNumber: 1, attempt: 1 } → TIMEOUT), cut ({ at: 'after-processed', sequenceNumber: 1, how: 'reset' }), " +
        "restart ({ at: 'before-complete', downForMs: 100 }), signal ({ at: 'after-ack', severity: 'high', action: 'pause' }), " +
        'refusal ({ after: 1, times: 2, status: 429 })',
    );
    expect([second, third]).toEqual(['apply: nothing', expect.stringMatching(/ and 12 more$/)]);
  });

  it('sets `capacity` for a stream that begins later, on a connection that is open', async () => {
    const sts = await start({ delayMs: 40, clock: manualClock() });
    const worker = await join(sts);
    sts.apply({ capacity: 1 });
    await worker.init({ max_inflight: 10 });
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    expect(worker.all('fragment:ack').map((ack) => ack.estimated_completion_ms)).toEqual([40, 80]);
  });

  it('does nothing if any of it is wrong, and says all that is', async () => {
    const sts = await start();
    const wrong = { delayMs: 40, cuts: [{ at: 'now', how: 'reset' }], restarts: [{}], seed: 1 } as unknown as FaultPlan;
    expect(() => sts.apply(wrong)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(/`cuts\.0\.at` expected one of .*`restarts\.0\.at` is required.*`seed`/),
      }),
    );
    expect(sts.timeline()).toEqual([]);
    await sts.verify();
  });

  it('is refused after `close()`', async () => {
    const sts = await start();
    await sts.close();
    expect(() => sts.apply({})).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });
});
