import type { DelayPlan, Effect, Fragment, Input } from 'echo-sts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { delayOf, ProcessingSlots } from '../../src/core/delay.js';
import { active, delay, end, fragment, rules } from '../support/drive.js';

const NO_SIGNAL = { kind: 'push backpressure', signal: { severity: 'low', action: 'none' } } as const;

/** What a stream of so many fragments is told about how long each takes. */
function delaysOf(plan: DelayPlan, count: number, seed = 'seed'): number[] {
  const drive = active({ delayMs: plan, seed });
  return Array.from({ length: count }, (_, number) => {
    const effects = [...drive.feed(fragment(number)), ...drive.advance(600_000)];
    return estimateOf(effects);
  });
}

function estimateOf(effects: readonly Effect[]): number {
  const ack = effects.find(({ kind }) => kind === 'fragment:ack');
  return ack?.kind === 'fragment:ack' ? (ack.estimatedCompletionMs ?? Number.NaN) : Number.NaN;
}

function percentile(values: readonly number[], percent: number): number {
  return [...values].sort((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? Number.NaN;
}

describe('a delay', () => {
  it('that is a number is the same for every fragment, in whole milliseconds', () => {
    expect(delaysOf(40, 3)).toEqual([40, 40, 40]);
    expect(delaysOf(0.6, 1)).toEqual([1]);
  });

  it('between a minimum and a maximum is spread evenly, both ends included', () => {
    const delays = delaysOf({ min: 10, max: 20 }, 2000);
    expect([Math.min(...delays), Math.max(...delays)]).toEqual([10, 20]);
    expect(delays.filter((ms) => !Number.isInteger(ms))).toEqual([]);
    const mean = delays.reduce((sum, ms) => sum + ms, 0) / delays.length;
    expect(Math.abs(mean - 15)).toBeLessThan(0.3);
  });

  it('between equal ends is that number', () => {
    expect(delaysOf({ min: 7, max: 7 }, 3)).toEqual([7, 7, 7]);
  });

  it('with percentiles has them, roughly, and a long tail to one side', () => {
    const delays = delaysOf({ p50: 100, p99: 1000 }, 4000);
    expect(percentile(delays, 50)).toBeGreaterThan(90);
    expect(percentile(delays, 50)).toBeLessThan(110);
    expect(percentile(delays, 99)).toBeGreaterThan(800);
    expect(percentile(delays, 99)).toBeLessThan(1250);
    expect(percentile(delays, 1)).toBeGreaterThan(5);
    expect(delays.filter((ms) => !Number.isInteger(ms))).toEqual([]);
  });

  it('is drawn by the same purposes and sums as ever: a seed stands for the same delays in each version', () => {
    const { fragment: asked } = fragment(0) as { fragment: Fragment } & Input;
    const draws: Readonly<Record<string, number>> = { delay: 0.25, 'delay, too': 0.1 };
    const chance = (purpose: string) => draws[purpose] ?? Number.NaN;
    const plans: DelayPlan[] = [
      { min: 100, max: 200 },
      { p50: 100, p99: 1000 },
    ];
    expect(plans.map((plan) => delayOf(plan, asked, chance))).toEqual([125, 184]);
  });

  it('with equal percentiles is that number', () => {
    expect(delaysOf({ p50: 30, p99: 30 }, 3)).toEqual([30, 30, 30]);
  });

  it('never lasts longer than the ten minutes of the protocol', () => {
    expect(delaysOf(() => Number.POSITIVE_INFINITY, 1)).toEqual([600_000]);
    expect(delaysOf({ p50: 600_000, p99: 600_000 }, 1)).toEqual([600_000]);
  });

  it('that is drawn repeats with the seed, and is another with another', () => {
    const plan = { p50: 100, p99: 1000 };
    expect(delaysOf(plan, 50)).toEqual(delaysOf(plan, 50));
    expect(delaysOf(plan, 50)).not.toEqual(delaysOf(plan, 50, 'another seed'));
  });

  it('that is drawn is another for a retry', () => {
    const failing = rules({ consequence: { error: { code: 'TIMEOUT', message: '', retryable: true }, delayMs: 0 } });
    const drive = active({ ...failing, delayMs: { min: 0, max: 10_000 } });
    const first = estimateOf(drive.feed(fragment(0)));
    drive.advance(10_000);
    expect(estimateOf(drive.feed(fragment(0)))).not.toBe(first);
  });
});

describe('a delay that a function decides', () => {
  it('is asked of the fragment and rounded to whole milliseconds', () => {
    expect(delaysOf(({ sequenceNumber }) => sequenceNumber * 10.26, 4)).toEqual([0, 10, 21, 31]);
  });

  it('may be none at all', () => {
    const drive = active({ delayMs: () => 0 });
    drive.feed(fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 fragment:processed 0 success');
  });

  it.each<[string, () => unknown, string]>([
    [
      'throws an error',
      () => {
        throw new Error('no idea');
      },
      '`delayMs` threw: no idea',
    ],
    [
      'throws something else',
      () => {
        throw 'a fit';
      },
      '`delayMs` threw: "a fit"',
    ],
    ['returns nothing', () => undefined, '`delayMs` expected to return milliseconds ≥ 0, got nothing'],
    ['returns a text', () => '40', '`delayMs` expected to return milliseconds ≥ 0, got the text "40"'],
    ['returns less than 0', () => -1, '`delayMs` expected to return milliseconds ≥ 0, got -1'],
    ['returns no number', () => Number.NaN, '`delayMs` expected to return milliseconds ≥ 0, got NaN'],
    ['returns a promise', () => Promise.resolve(40), '`delayMs` expected to return milliseconds ≥ 0, got a promise'],
  ])('fails the fragment at once, with its name in the message, when it %s', (_, plan, message) => {
    const drive = active({ delayMs: plan as DelayPlan });
    drive.feed(fragment(0), delay(5), fragment(1), end);
    drive.advance(5);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 fragment:processed 0 failed',
      '0 fragment:ack fragment-1 behind 0, done in 5',
      '5 fragment:processed 1 success',
      '5 stream:complete 2',
    ]);
    expect(drive.effects[1]).toMatchObject({ error: { code: 'MODEL_ERROR', message, retryable: false } });
  });

  it('is told apart from a transcript that fails', () => {
    const drive = active({ transcript: () => JSON.parse('5') });
    drive.feed(fragment(0));
    expect(drive.effects.at(-1)).toMatchObject({
      status: 'failed',
      error: { code: 'MODEL_ERROR', message: '`transcript` expected to return a text, got 5' },
    });
  });
});

describe('a delay that changes while a stream runs', () => {
  it('is for fragments that arrive from then on', () => {
    const drive = active({ delayMs: 100 });
    drive.feed(fragment(0), { kind: 'delay', level: 'server', delayMs: () => 30 }, fragment(1));
    drive.advance(100);
    drive.feed(delay(0), fragment(2));
    expect(drive.transcript.filter((line) => line.includes('processed'))).toEqual([
      '100 fragment:processed 0 success',
      '100 fragment:processed 1 success',
      '100 fragment:processed 2 success',
    ]);
    expect(drive.session.snapshot().statistics).toMatchObject({ p95ProcessingTimeMs: 100, avgProcessingTimeMs: 67 });
  });
});

describe('a capacity', () => {
  it('of one makes fragments queue: each is told its place and when it is done', () => {
    const drive = active({ delayMs: 40, capacity: 1 });
    drive.feed(fragment(0));
    drive.advance(10);
    drive.feed(fragment(1), fragment(2));
    drive.advance(200);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 40',
      '10 fragment:ack fragment-1 behind 1, done in 70',
      '10 fragment:ack fragment-2 behind 2, done in 110',
      '40 fragment:processed 0 success',
      '80 fragment:processed 1 success',
      '120 fragment:processed 2 success',
    ]);
  });

  it('shows in the queue depth: those that are not being processed', () => {
    const drive = active({ delayMs: 40, capacity: 2 }, { maxInflight: 4 });
    drive.feed(fragment(0), fragment(1), fragment(2), fragment(3), fragment(4));
    drive.advance(40);
    drive.feed(NO_SIGNAL);
    drive.advance(40);
    const signals = drive.effects.filter((effect) => effect.kind === 'backpressure');
    expect(signals.map(({ currentInflight, queueDepth }) => [currentInflight, queueDepth])).toEqual([
      [5, 3],
      [3, 1],
      [3, 1],
    ]);
  });

  it('gives the place that is free first to who came first', () => {
    const drive = active({ capacity: 2 }, { maxInflight: 10 });
    drive.feed(delay(100), fragment(0), delay(10), fragment(1), fragment(2), delay(50), fragment(3));
    expect(drive.transcript.map((line) => line.replace(/.*done in /, ''))).toEqual(['100', '100', '100', '100']);
    drive.feed(fragment(4));
    expect(drive.transcript.at(-1)).toBe('0 fragment:ack fragment-4 behind 4, done in 120');
  });

  it('is unlimited by default: no fragment waits for another’s processing', () => {
    const drive = active({ delayMs: 40 }, { maxInflight: 10 });
    for (const number of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) drive.feed(fragment(number));
    expect(drive.transcript.filter((line) => !line.endsWith('done in 40'))).toEqual([]);
  });

  it('is never exceeded, and no place stays free while somebody waits', () => {
    const bookings = fc.array(fc.record({ pauseMs: fc.nat(40), durationMs: fc.nat(60) }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), bookings, (capacity, list) => {
        const slots = new ProcessingSlots(capacity);
        const taken: { begin: number; end: number }[] = [];
        let now = 0;
        for (const { pauseMs, durationMs } of list) {
          now += pauseMs;
          const begin = slots.book(now, durationMs);
          const busyAt = (at: number) => taken.filter((other) => other.begin <= at && at < other.end).length;
          expect(begin).toBeGreaterThanOrEqual(now);
          expect(busyAt(begin)).toBeLessThan(capacity);
          if (begin > now) expect(busyAt(begin - 1)).toBe(capacity);
          taken.push({ begin, end: begin + durationMs });
        }
      }),
    );
  });

  it('is never exceeded in a session, whatever arrives', () => {
    const steps = fc.array(fc.record({ pauseMs: fc.nat(40), delayMs: fc.nat(60) }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (capacity, list) => {
        const drive = active({ capacity });
        for (const [number, { pauseMs, delayMs }] of list.entries()) {
          drive.feed(delay(delayMs), fragment(number), NO_SIGNAL);
          drive.advance(pauseMs);
          drive.feed(NO_SIGNAL);
        }
        const signals = drive.effects.filter((effect) => effect.kind === 'backpressure');
        const busy = signals.map(({ currentInflight, queueDepth }) => currentInflight - queueDepth);
        expect(busy.filter((count) => count < 0 || count > capacity)).toEqual([]);
      }),
    );
  });
});
