import { type BackpressurePlan, type BackpressureSignal, DEFAULT_LOAD_LEVELS, type Input } from 'echo-sts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { active, Drive, delay, fragment, rules } from '../support/drive.js';

const simulate = (plan: BackpressurePlan): Input => ({ kind: 'backpressure', level: 'server', plan });
const push = (signal: BackpressureSignal): Input => ({ kind: 'push backpressure', signal });
const off: BackpressurePlan = { kind: 'off' };
const threshold = (count: number, signal: Partial<BackpressureSignal> = {}): BackpressurePlan => ({
  kind: 'threshold',
  threshold: count,
  severity: 'high',
  action: 'pause',
  ...signal,
});

/** Feeds so many fragments, 1 ms apart, each done 100 ms later; answers all that was said of the pace. */
function paceOf(drive: Drive, count: number): string[] {
  for (let number = 0; number < count; number += 1) {
    drive.feed(fragment(number));
    drive.advance(1);
  }
  drive.advance(1000);
  return drive.transcript.filter((line) => line.includes('backpressure'));
}

const signals = (drive: Drive) => drive.effects.filter((effect) => effect.kind === 'backpressure');

describe('simulated backpressure', () => {
  it('tells each level once on the way up and once on the way down, and lets go at the end', () => {
    const drive = active({ delayMs: 100, backpressure: DEFAULT_LOAD_LEVELS }, { maxInflight: 10 });
    expect(paceOf(drive, 12)).toEqual([
      '4 backpressure low/none 5',
      '6 backpressure medium/slow_down 7',
      '8 backpressure high/pause 9',
      '103 backpressure medium/slow_down 8',
      '105 backpressure low/none 6',
      '107 backpressure low/none 4',
    ]);
  });

  it.each([
    [1, ['0 backpressure high/pause 1', '100 backpressure low/none 0']],
    [
      2,
      [
        '0 backpressure low/none 1',
        '1 backpressure high/pause 2',
        '100 backpressure low/none 1',
        '101 backpressure low/none 0',
      ],
    ],
    [
      3,
      [
        '1 backpressure low/none 2',
        '2 backpressure high/pause 3',
        '100 backpressure low/none 2',
        '101 backpressure low/none 1',
      ],
    ],
  ])('is measured by a max_inflight of %i', (maxInflight, expected) => {
    const drive = active({ delayMs: 100, backpressure: DEFAULT_LOAD_LEVELS }, { maxInflight });
    expect(paceOf(drive, maxInflight)).toEqual(expected);
  });

  it('recommends 500 ms with slow_down, 1000 ms with pause, and nothing with none', () => {
    const drive = active({ delayMs: 100, backpressure: DEFAULT_LOAD_LEVELS }, { maxInflight: 10 });
    paceOf(drive, 9);
    expect(signals(drive).map(({ action, recommendedDelayMs }) => [action, recommendedDelayMs])).toEqual([
      ['none', undefined],
      ['slow_down', 500],
      ['pause', 1000],
      ['slow_down', 500],
      ['none', undefined],
      ['none', undefined],
    ]);
    expect(signals(drive).at(-1)).not.toHaveProperty('recommendedDelayMs');
  });

  it('may have levels and a recommended delay of its own', () => {
    const plan: BackpressurePlan = { kind: 'load', low: 0.1, medium: 0.2, high: 0.4, recommendedDelayMs: 0 };
    const drive = active({ delayMs: 100, backpressure: plan }, { maxInflight: 10 });
    expect(paceOf(drive, 4)).toEqual([
      '0 backpressure low/none 1',
      '1 backpressure medium/slow_down 2',
      '3 backpressure high/pause 4',
      '100 backpressure medium/slow_down 3',
      '102 backpressure low/none 1',
      '103 backpressure low/none 0',
    ]);
    expect(signals(drive).map(({ recommendedDelayMs }) => recommendedDelayMs)).toEqual([
      undefined,
      0,
      0,
      0,
      undefined,
      undefined,
    ]);
  });

  it('that jumps down several levels at once tells the last of them', () => {
    const drive = active({ backpressure: DEFAULT_LOAD_LEVELS }, { maxInflight: 4 });
    drive.feed(delay(50), fragment(0), fragment(1), fragment(2), fragment(3));
    drive.advance(50);
    expect(drive.transcript.filter((line) => line.includes('backpressure')).slice(-2)).toEqual([
      '0 backpressure high/pause 4',
      '50 backpressure low/none 0',
    ]);
  });

  it('lets go also when what was in flight is dropped', () => {
    const dropping = rules({ consequence: { fault: 'drop', delayMs: 0 } });
    const drive = active({ ...dropping, delayMs: 100, backpressure: DEFAULT_LOAD_LEVELS }, { maxInflight: 1 });
    expect(paceOf(drive, 1)).toEqual(['0 backpressure high/pause 1', '100 backpressure low/none 0']);
  });
});

describe('backpressure that is not simulated', () => {
  it('still speaks over max_inflight, and not before', () => {
    expect(paceOf(active({ delayMs: 100 }, { maxInflight: 3 }), 3)).toEqual([]);
    expect(paceOf(active({ delayMs: 100 }, { maxInflight: 3 }), 5)).toEqual([
      '3 backpressure high/pause 4',
      '101 backpressure low/none 3',
    ]);
  });
});

describe('a threshold', () => {
  it('is one level at so many in flight, released below it', () => {
    const plan = threshold(2, { severity: 'medium', action: 'slow_down' });
    const drive = active({ delayMs: 100, backpressure: plan }, { maxInflight: 10 });
    expect(paceOf(drive, 4)).toEqual(['1 backpressure medium/slow_down 2', '102 backpressure low/none 1']);
    expect(signals(drive)[0]).toMatchObject({ recommendedDelayMs: 500 });
  });

  it('below max_inflight says nothing more beyond it when it says the same', () => {
    const drive = active({ delayMs: 100, backpressure: threshold(2) }, { maxInflight: 3 });
    expect(paceOf(drive, 5)).toEqual(['1 backpressure high/pause 2', '103 backpressure low/none 1']);
  });

  it.each([2, 4, 5])('of %i does not soften what is always said over max_inflight', (count) => {
    const plan = threshold(count, { severity: 'low', action: 'slow_down' });
    const drive = active({ delayMs: 100, backpressure: plan }, { maxInflight: 3 });
    const pace = paceOf(drive, 6).map((line) => line.replace(/^\d+ /, ''));
    const under = count === 2;
    expect(pace).toEqual([
      ...(under ? ['backpressure low/slow_down 2'] : []),
      'backpressure high/pause 4',
      under ? 'backpressure low/slow_down 3' : 'backpressure low/none 3',
      ...(under ? ['backpressure low/none 1'] : []),
    ]);
  });
});

describe('a plan that changes while a stream runs', () => {
  it('is told of at once, up and down', () => {
    const drive = active({ delayMs: 100 }, { maxInflight: 3 });
    drive.feed(fragment(0), fragment(1), fragment(2));
    drive.feed(simulate(DEFAULT_LOAD_LEVELS), simulate(threshold(3, { severity: 'medium' })), simulate(threshold(4)));
    drive.feed(simulate(DEFAULT_LOAD_LEVELS), simulate(off), simulate(off));
    expect(drive.transcript.slice(3)).toEqual([
      '0 backpressure high/pause 3',
      '0 backpressure medium/pause 3',
      '0 backpressure low/none 3',
      '0 backpressure high/pause 3',
      '0 backpressure low/none 3',
    ]);
  });

  it('says nothing when it makes no difference, or before there is a stream', () => {
    const drive = new Drive();
    expect(drive.feed(simulate(DEFAULT_LOAD_LEVELS), simulate(threshold(1)), simulate(off))).toEqual([]);
    const idle = active();
    expect(idle.feed(simulate(DEFAULT_LOAD_LEVELS), simulate(threshold(1)))).toEqual([]);
  });
});

describe('a signal that is pushed', () => {
  it('goes out as it is, whatever the load', () => {
    const drive = active({ delayMs: 100 });
    drive.feed(fragment(0), push({ severity: 'high', action: 'pause', recommendedDelayMs: 7 }));
    expect(drive.effects.at(-1)).toEqual({
      kind: 'backpressure',
      number: 1,
      streamId: 'stream-1',
      severity: 'high',
      action: 'pause',
      recommendedDelayMs: 7,
      currentInflight: 1,
      queueDepth: 0,
    });
  });

  it('leaves the level as it is: the next change is told as ever', () => {
    const drive = active({ delayMs: 100 }, { maxInflight: 1 });
    drive.feed(push({ severity: 'high', action: 'pause' }), fragment(0), fragment(1));
    drive.feed(push({ severity: 'low', action: 'none' }));
    drive.advance(100);
    expect(drive.transcript.filter((line) => line.includes('backpressure'))).toEqual([
      '0 backpressure high/pause 0',
      '0 backpressure high/pause 2',
      '0 backpressure low/none 2',
      '100 backpressure low/none 0',
    ]);
  });

  it('always has a delay with slow_down, for the real worker compares it with 0', () => {
    const drive = active();
    drive.feed(push({ severity: 'medium', action: 'slow_down' }));
    drive.feed(push({ severity: 'medium', action: 'slow_down', recommendedDelayMs: 0 }));
    expect(signals(drive).map(({ recommendedDelayMs }) => recommendedDelayMs)).toEqual([500, 0]);
  });

  it('is not sent where there is no stream to name', () => {
    expect(new Drive().feed(push({ severity: 'high', action: 'pause' }))).toEqual([]);
  });
});

describe('whatever is simulated', () => {
  const share = fc.double({ min: 0.01, max: 3, noNaN: true });
  const plan: fc.Arbitrary<BackpressurePlan> = fc.oneof(
    fc.constant(off),
    fc.record({
      kind: fc.constant('load' as const),
      low: share,
      medium: share,
      high: share,
      recommendedDelayMs: fc.option(fc.nat(900), { nil: undefined }),
    }),
    fc.record({
      kind: fc.constant('threshold' as const),
      threshold: fc.integer({ min: 1, max: 12 }),
      severity: fc.constantFrom('low' as const, 'medium' as const, 'high' as const),
      action: fc.constantFrom('none' as const, 'slow_down' as const, 'pause' as const),
    }),
  );
  const steps = fc.array(fc.tuple(fc.nat(60), fc.nat(40), fc.option(plan, { freq: 6 })), { maxLength: 30 });

  it('a worker is never left at pause or slow_down once nothing is in flight, nor told the same twice', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 10 }), steps, (first, maxInflight, list) => {
        const drive = active({ backpressure: first }, { maxInflight });
        for (const [number, [delayMs, pauseMs, next]] of list.entries()) {
          drive.feed(delay(delayMs), fragment(number), ...(next === null ? [] : [simulate(next)]));
          drive.advance(pauseMs);
        }
        drive.advance(60_000);
        const said = signals(drive).map(({ severity, action }) => `${severity}/${action}`);
        expect(['low/none', undefined]).toContain(said.at(-1));
        expect(said.filter((line, index) => line !== 'low/none' && line === said[index + 1])).toEqual([]);
      }),
    );
  });

  it('a worker with more than max_inflight under way has been told to pause', () => {
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 10 }), (simulated, maxInflight) => {
        const drive = active({ backpressure: simulated, delayMs: 100 }, { maxInflight });
        for (let number = 0; number <= maxInflight; number += 1) drive.feed(fragment(number));
        expect(signals(drive).at(-1)).toMatchObject({ severity: 'high', action: 'pause' });
      }),
    );
  });
});

it('a signal that is pushed recommends a delay with "slow_down" alone, unless it names one', () => {
  const drive = active();
  const signals = (['none', 'slow_down', 'pause'] as const).map((action) => ({ severity: 'high', action }) as const);
  drive.feed(...signals.map(push), push({ severity: 'high', action: 'pause', recommendedDelayMs: 70 }));
  const delays = drive.effects.map((effect) => effect.kind === 'backpressure' && effect.recommendedDelayMs);
  expect(delays).toEqual([undefined, expect.any(Number), undefined, 70]);
});
