import {
  type DelayPlan,
  type Effect,
  type Fault,
  type Input,
  type SessionSettings,
  SIGNAL_PHASES,
} from 'echo-sts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/core/faults.js';
import {
  ack,
  actions,
  active,
  cuts,
  Drive,
  disconnect,
  end,
  fragment,
  heard,
  init,
  malformed,
  pause,
  resume,
  rules,
  unknown,
} from '../support/drive.js';

/** How a well-behaved worker does its work: nothing here may make it a bad one. */
interface Temper {
  readonly fragments: number;
  readonly maxInflight: number;
  readonly timeoutMs: number;
  /** Which of the numbers that it may send comes next. */
  readonly choices: readonly number[];
  /** What lies between the two ends, each way. */
  readonly latencyMs: number;
  readonly acknowledges: boolean;
}

type Fate = 'unsent' | 'sent' | 'settled';

/** Respects the window, repeats what it is to repeat, waits for the release of a pause, ends its stream and waits. */
class Worker {
  readonly #temper: Temper;
  readonly #drive: Drive;
  readonly #fates: Fate[];
  /** Messages on their way, with the time of their arrival: to the worker, and to the service. */
  readonly #down: [at: number, effect: Effect][] = [];
  readonly #up: [at: number, input: Input][] = [];
  #window = 0;
  #isPaused = false;
  #notBefore = 0;
  /** The delay between any two fragments. */
  #paceMs = 0;
  #hasEnded = false;
  isDone = false;

  constructor(drive: Drive, temper: Temper) {
    this.#drive = drive;
    this.#temper = temper;
    this.#fates = Array<Fate>(temper.fragments).fill('unsent');
    this.#say(init({ maxInflight: temper.maxInflight, timeoutMs: temper.timeoutMs }));
  }

  /** Until its stream is complete, or for so long. */
  work(ms: number): void {
    const until = this.#drive.now + ms;
    while (this.#drive.now < until && !this.isDone) {
      this.#deliver();
      this.#sendWhatItMay();
      const next = Math.min(...this.#times.filter((at) => at > this.#drive.now), until);
      this.#keep(this.#drive.advance(next - this.#drive.now));
    }
  }

  /** When something may happen. */
  get #times(): number[] {
    return [this.#notBefore, this.#drive.session.wakeAt, ...[...this.#up, ...this.#down].map(([at]) => at)];
  }

  #deliver(): void {
    const { now } = this.#drive;
    const hasCome = ([at]: readonly [number, unknown]) => at <= now;
    for (const [, input] of this.#up.splice(0, this.#up.filter(hasCome).length)) this.#keep(this.#drive.feed(input));
    for (const [, effect] of this.#down.splice(0, this.#down.filter(hasCome).length)) this.#hear(effect);
  }

  #keep(effects: readonly Effect[]): void {
    for (const effect of effects) this.#down.push([this.#drive.now + this.#temper.latencyMs, effect]);
  }

  #say(input: Input): void {
    this.#up.push([this.#drive.now + this.#temper.latencyMs, input]);
  }

  #hear(effect: Effect): void {
    if (effect.kind === 'stream:ready') this.#window = effect.maxInflight;
    if (effect.kind === 'stream:complete' || effect.kind === 'disconnect') this.isDone = true;
    if (effect.kind === 'backpressure') {
      this.#isPaused = effect.action === 'pause';
      this.#paceMs = effect.action === 'slow_down' ? (effect.recommendedDelayMs ?? 0) : 0;
      this.#notBefore = this.#drive.now + this.#paceMs;
      // In the real world an Engine.IO pong.
      this.#say(heard(effect.number));
    }
    if (effect.kind === 'fragment:processed') {
      if (this.#temper.acknowledges) this.#say(ack(effect.fragmentId));
      this.#settle(effect.sequenceNumber, effect.status === 'failed' && effect.error?.retryable === true);
    }
    if (effect.kind === 'error' && effect.fragmentId !== undefined) {
      if (effect.code === 'RATE_LIMIT')
        this.#notBefore = Math.max(this.#notBefore, this.#drive.now + Number(effect.metadata?.['retryAfterMs'] ?? 0));
      this.#settle(Number(effect.fragmentId.slice('fragment-'.length)), effect.retryable);
    }
  }

  #settle(number: number, isToBeRepeated: boolean): void {
    if (this.#fates[number] === 'sent') this.#fates[number] = isToBeRepeated ? 'unsent' : 'settled';
  }

  #sendWhatItMay(): void {
    while (this.#window > 0 && !this.#hasEnded && !this.#isPaused && this.#drive.now >= this.#notBefore) {
      const lowest = this.#fates.indexOf('unsent');
      const outstanding = this.#fates.filter((fate) => fate === 'sent').length;
      if (lowest === -1 && outstanding === 0) this.#sayEnd();
      if (lowest === -1 || outstanding >= this.#window) return;
      // What is not settled may be refused: the service then still expects it, and takes nothing far beyond it.
      const oldest = this.#fates.findIndex((fate) => fate !== 'settled');
      const within = Array.from({ length: this.#window }, (_, index) => oldest + index);
      const free = within.filter((number) => this.#fates[number] === 'unsent');
      const number = free[(this.#temper.choices[lowest] ?? 0) % free.length] ?? lowest;
      this.#fates[number] = 'sent';
      this.#say(fragment(number));
      if (this.#paceMs > 0) this.#notBefore = this.#drive.now + this.#paceMs;
      // One at a time where the pace is told.
      if (this.#drive.now < this.#notBefore) return;
    }
  }

  #sayEnd(): void {
    this.#hasEnded = true;
    this.#say(end);
  }
}

const anyTemper: fc.Arbitrary<Temper> = fc.record({
  fragments: fc.integer({ min: 0, max: 12 }),
  maxInflight: fc.integer({ min: 1, max: 5 }),
  timeoutMs: fc.constantFrom(1000, 8000),
  choices: fc.array(fc.nat(4), { minLength: 12, maxLength: 12 }),
  latencyMs: fc.integer({ min: 1, max: 15 }),
  acknowledges: fc.boolean(),
});
/** Fragment 5 is refused with QUEUE_FULL while the worker chooses what follows. */
const REFUSED_BEHIND: Temper = {
  fragments: 11,
  maxInflight: 4,
  timeoutMs: 8000,
  choices: [0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 0],
  latencyMs: 1,
  acknowledges: false,
};
const anyDelay: fc.Arbitrary<DelayPlan> = fc.oneof(
  fc.nat(40),
  fc.constant({ min: 0, max: 60 }),
  fc.constant({ p50: 10, p99: 80 }),
);
const anySettings: fc.Arbitrary<Partial<SessionSettings>> = fc.record({
  delayMs: anyDelay,
  capacity: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
  maxInflight: fc.constantFrom(2, 10),
  queueLimit: fc.constantFrom(1, 2, 20),
  maxFragmentsPerMinute: fc.constantFrom(4, Number.POSITIVE_INFINITY),
  backpressure: fc.constantFrom(
    { kind: 'off' as const },
    { kind: 'load' as const, low: 0.5, medium: 0.7, high: 0.9, recommendedDelayMs: undefined },
    { kind: 'threshold' as const, threshold: 2, severity: 'high' as const, action: 'pause' as const },
  ),
});
const anyFault = fc.constantFrom(...(Object.keys(FAULTS) as Fault[]));
const error = fc.record({
  code: fc.constantFrom('TIMEOUT', 'QUEUE_FULL', 'INVALID_SEQUENCE', 'QUOTA_EXCEEDED'),
  message: fc.constant(''),
  retryable: fc.boolean(),
});
const as = fc.constantFrom('failed' as const, 'partial' as const, 'error-event' as const);
const consequence = fc.oneof(
  fc.record({ error, as, delayMs: fc.nat(20) }),
  fc.record({ fault: anyFault, delayMs: fc.nat(20) }),
  fc.record({ error, as, fault: anyFault, delayMs: fc.nat(20) }),
);
const when = fc.oneof(
  fc.constant({}),
  fc.record({ sequenceNumber: fc.nat(11) }),
  fc.record({ everyNth: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const anyRules = fc.array(fc.record({ when, consequence, times: fc.integer({ min: 1, max: 4 }), after: fc.nat(2) }), {
  maxLength: 3,
});

const anySignals = fc.array(
  fc.record({
    kind: fc.constant('signal' as const),
    at: fc.constantFrom(...SIGNAL_PHASES),
    signal: fc.constantFrom(
      { severity: 'high', action: 'pause' } as const,
      { severity: 'medium', action: 'slow_down', recommendedDelayMs: 100 } as const,
      { severity: 'low', action: 'none' } as const,
    ),
    times: fc.integer({ min: 1, max: 6 }),
    releaseAfterMs: fc.nat(200),
  }),
  { minLength: 1, maxLength: 3 },
);

const violations = ({ notes }: Drive) => notes.filter(({ kind }) => kind === 'violation');

describe('a well-behaved worker', () => {
  it('is accused of nothing, whatever the service does to it', () => {
    fc.assert(
      fc.property(anyTemper, anySettings, anyRules, (temper, settings, ruleList) => {
        const drive = new Drive({ ...settings, ...rules(...ruleList) });
        new Worker(drive, temper).work(200_000);
        expect(violations(drive)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('is accused of nothing, and gets its work done, whatever signals are planned', () => {
    fc.assert(
      fc.property(anyTemper, anySettings, anySignals, (temper, settings, signals) => {
        const drive = new Drive({ ...settings, queueLimit: 20, ...actions(...signals) });
        const worker = new Worker(drive, temper);
        worker.work(400_000);
        expect([worker.isDone, violations(drive)]).toEqual([true, []]);
      }),
      { numRuns: 300 },
    );
  });

  it('gets its work done where nothing is done to it, and is not accused of going away after that', () => {
    fc.assert(
      fc.property(anyTemper, anyDelay, fc.constantFrom(2, 20), (temper, delayMs, queueLimit) => {
        const drive = new Drive({ delayMs, queueLimit });
        const worker = new Worker(drive, temper);
        worker.work(6000);
        drive.feed(disconnect);
        expect([worker.isDone, violations(drive)]).toEqual([true, []]);
      }),
      { examples: [[REFUSED_BEHIND, 33, 2]] },
    );
  });
});

/** Anything that may come, sensible or not. */
const anyInput: fc.Arbitrary<Input> = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(fc.nat(9), fc.nat(9)).map(([number, id]) => fragment(number, `fragment-${id}`)) },
  { weight: 3, arbitrary: fc.constantFrom(init(), init({ maxInflight: 1 }), pause, resume, end, malformed, unknown) },
  { weight: 2, arbitrary: fc.constantFrom(ack('fragment-1'), ack('x'), disconnect, fragment(0, 'a', 'stream-2')) },
  { weight: 1, arbitrary: fc.double().map(heard) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Input>(
      { kind: 'push backpressure', signal: { severity: 'high', action: 'pause' } },
      { kind: 'push backpressure', signal: { severity: 'medium', action: 'slow_down' } },
      { kind: 'cut now' },
      { kind: 'simulate:disconnect', delayMs: 20 },
      { kind: 'disconnect', reason: '', by: 'fixture' },
    ),
  },
);
const anySteps = fc.array(fc.tuple(anyInput, fc.nat(50)), { maxLength: 40 });

describe('whatever comes', () => {
  it('each input is told of in a few notes, each violation with a sentence', () => {
    fc.assert(
      fc.property(anySettings, anyRules, anySteps, (settings, ruleList, steps) => {
        const drive = active({ ...settings, ...rules(...ruleList), ...cuts({ at: 'now', how: 'stall' }) });
        for (const [input, pauseMs] of steps) {
          const before = drive.notes.length;
          drive.feed(input);
          // A rule, its pace, its number or the window, and a gap with what was left out.
          expect(drive.notes.length - before).toBeLessThanOrEqual(5);
          drive.advance(pauseMs);
        }
        for (const note of drive.notes) if (note.kind === 'violation') expect(note.message).toMatch(/\S/);
      }),
    );
  });
});
