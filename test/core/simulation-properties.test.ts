import { CUT_FORMS, CUT_PHASES, type CutForm, type DelayPlan, type Fault, type Input } from 'echo-sts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/core/faults.js';
import { active, cuts, Drive, disconnect, end, fragment, init, pause, resume, rules } from '../support/drive.js';

const numberUpTo8 = fc.nat(8);
const fault = fc.constantFrom(...(Object.keys(FAULTS) as Fault[]));
const form = fc.constantFrom('failed' as const, 'partial' as const, 'error-event' as const);
const code = fc.constantFrom('TIMEOUT', 'GPU_OOM', 'QUOTA_EXCEEDED', 'AUTH_FAILED');
const error = fc.record({ code, message: fc.constant(''), retryable: fc.boolean() });
const consequence = fc.oneof(
  fc.record({ error, as: form, delayMs: fc.nat(20) }),
  fc.record({ fault, delayMs: fc.nat(20) }),
  fc.record({ error, as: form, fault, delayMs: fc.nat(20) }),
);
const when = fc.oneof(
  fc.record(
    {
      streamId: fc.constantFrom('stream-1', 'stream-2'),
      sequenceNumber: numberUpTo8,
      everyNth: fc.integer({ min: 1, max: 4 }),
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
    },
    { requiredKeys: [] },
  ),
  fc.constantFrom(
    () => true,
    () => false,
    () => JSON.parse('{'),
    () => JSON.parse('5'),
  ),
);
const times = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 3 }));
const anyRules = fc.array(fc.record({ when, consequence, times, after: fc.nat(2) }), { maxLength: 4 });
const anyCuts = fc.array(
  fc.record(
    {
      at: fc.constantFrom(...CUT_PHASES),
      how: fc.constantFrom(...(Object.keys(CUT_FORMS) as CutForm[])),
      sequenceNumber: numberUpTo8,
      streamId: fc.constantFrom('stream-1', 'stream-2'),
      times,
    },
    { requiredKeys: ['at', 'how', 'times'] },
  ),
  { maxLength: 3 },
);
const anyDelay: fc.Arbitrary<DelayPlan> = fc.oneof(
  fc.nat(40),
  fc.constant({ min: 0, max: 40 }),
  fc.constant({ p50: 10, p99: 60 }),
  fc.constant(() => JSON.parse('"soon"')),
);
const anySettings = fc.record({
  delayMs: anyDelay,
  capacity: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
  maxFragmentsPerMinute: fc.constantFrom(5, Number.POSITIVE_INFINITY),
  queueLimit: fc.constantFrom(4, 20),
  backpressure: fc.constantFrom(
    { kind: 'off' as const },
    { kind: 'load' as const, low: 0.5, medium: 0.7, high: 0.9, recommendedDelayMs: undefined },
  ),
});

/** What the test and the wire may do to a session, besides what a worker sends. */
const steering: Input[] = [
  { kind: 'connect' },
  { kind: 'cut now' },
  { kind: 'config:processing_delay', delayMs: 5 },
  { kind: 'config:error_simulation', rules: [], scope: 'session' },
  { kind: 'config:backpressure', plan: { kind: 'threshold', threshold: 2, severity: 'high', action: 'pause' } },
  { kind: 'simulate:disconnect', delayMs: 70 },
  { kind: 'push backpressure', signal: { severity: 'medium', action: 'slow_down' } },
  { kind: 'backpressure', level: 'server', plan: { kind: 'off' } },
  { kind: 'rejected', answer: { kind: 'config:backpressure:ack', status: 'rejected' } },
];
const anyInput: fc.Arbitrary<Input> = fc.oneof(
  { weight: 8, arbitrary: numberUpTo8.map((number) => fragment(number)) },
  { weight: 2, arbitrary: fc.constantFrom(init(), pause, resume, end, disconnect) },
  { weight: 2, arbitrary: fc.constantFrom(...steering) },
);
const anySteps = fc.array(fc.tuple(anyInput, fc.nat(50)), { maxLength: 30 });

describe('whatever is simulated', () => {
  it('nothing throws, waking again gives nothing, and nothing is said after the talk has ended', () => {
    fc.assert(
      fc.property(anySettings, anyRules, anyCuts, anySteps, (settings, ruleList, cutList, steps) => {
        const drive = new Drive({ ...settings, ...rules(...ruleList), ...cuts(...cutList) });
        for (const [input, pauseMs] of [[init(), 0] as const, ...steps]) {
          drive.feed(input);
          drive.advance(pauseMs);
          expect(drive.session.wake(drive.now)).toEqual([]);
          expect(drive.session.wakeAt).toBeGreaterThan(drive.now);
          expect(drive.session.snapshot().inflight).toBeGreaterThanOrEqual(0);
        }
        const ends = drive.effects.findIndex(
          (effect) => effect.kind === 'disconnect' && CUT_FORMS[effect.how].endsTalk,
        );
        expect(drive.effects.slice(ends === -1 ? drive.effects.length : ends + 1)).toEqual([]);
      }),
    );
  });

  it('a stream that ends is completed, and nothing stays in flight', () => {
    const workersSteps = anySteps.map((steps) => steps.filter(([{ kind }]) => kind === 'fragment:data'));
    fc.assert(
      fc.property(anySettings, anyRules, workersSteps, (settings, ruleList, steps) => {
        const drive = active({ ...settings, ...rules(...ruleList) });
        for (const [input, pauseMs] of steps) {
          drive.feed(input);
          drive.advance(pauseMs);
        }
        const isCutOff = () => drive.effects.some(({ kind }) => kind === 'disconnect');
        const wasCutOff = isCutOff();
        drive.feed(end);
        drive.advance(1000);
        if (!wasCutOff) expect(drive.session.snapshot()).toMatchObject({ state: 'completed', inflight: 0 });
        const { fragments } = drive.session.snapshot();
        const completed = drive.effects.filter(({ kind }) => kind === 'stream:complete');
        const isSilent = fragments.some((record) => record.fault === 'silence');
        if (!isCutOff() && !isSilent) expect(completed).toHaveLength(1);
      }),
    );
  });

  it('what no rule has touched comes out once, in order', () => {
    const reorders = (kind: Fault) => kind === 'out-of-order' || kind === 'duplicate';
    const harmless = anyRules.map((list) =>
      list
        .filter(({ consequence: what }) => !('fault' in what) || what.fault !== 'silence')
        .map((rule) => ({ ...rule, times: 2 })),
    );
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8], { minLength: 9 });
    fc.assert(
      fc.property(anySettings, harmless, order, (settings, ruleList, numbers) => {
        const limits = { queueLimit: 20, maxFragmentsPerMinute: 20, reorderWindow: 9 };
        const drive = active({ ...settings, ...limits, ...rules(...ruleList) });
        for (const number of numbers) drive.feed(fragment(number));
        drive.advance(10_000);
        const { fragments } = drive.session.snapshot();
        const tampered = fragments.filter((record) => record.fault !== undefined && reorders(record.fault));
        const skip = new Set(tampered.map(({ sequenceNumber }) => sequenceNumber));
        const released = drive.effects.flatMap((effect) =>
          effect.kind === 'fragment:processed' && !skip.has(effect.sequenceNumber) ? [effect.sequenceNumber] : [],
        );
        expect(released).toEqual([...new Set(released)].sort((a, b) => a - b));
        const isFatal = drive.effects.some(({ kind }) => kind === 'disconnect');
        const plain = fragments.filter((record) => record.fault === undefined && record.status === 'success');
        if (!isFatal) expect(released).toEqual(expect.arrayContaining(plain.map((record) => record.sequenceNumber)));
      }),
    );
  });
});

describe('chance', () => {
  /** Rules that depend on the stream alone: no shared lifetimes. */
  const drawn = fc.array(
    fc.record({ when: fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }) }), consequence }),
    { maxLength: 3 },
  );
  /** A rule counts the hits of all streams that share it. */
  const withoutHits = ({ effects }: Drive) =>
    effects.map((effect) =>
      'because' in effect ? { ...effect, because: { ...effect.because, rule: effect.because?.rule?.number } } : effect,
    );
  const play = (drive: Drive, [input, pauseMs]: readonly [Input, number]) => {
    drive.feed(input);
    drive.advance(pauseMs);
  };

  it('repeats: two runs with the same seed and the same worker do the same', () => {
    fc.assert(
      fc.property(fc.string(), anySettings, anyRules, anyCuts, anySteps, (seed, settings, ruleList, cutList, steps) => {
        const run = () => {
          const drive = new Drive({ seed, ...settings, ...rules(...ruleList), ...cuts(...cutList) });
          for (const step of [[init(), 0] as const, ...steps]) play(drive, step);
          return drive;
        };
        const [one, other] = [run(), run()];
        expect(one.effects).toEqual(other.effects);
        expect(one.session.snapshot()).toEqual(other.session.snapshot());
      }),
    );
  });

  it('does not depend on what other streams of the same server do meanwhile', () => {
    const others = fc.array(fc.nat(3), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(anySettings, drawn, anySteps, others, (settings, ruleList, steps, interleaving) => {
        const alone = active({ ...settings, ...rules(...ruleList) });
        const shared = rules(...ruleList);
        const among = active({ ...settings, ...shared });
        const other = new Drive({ ...settings, ...shared });
        other.feed(init({ streamId: 'stream-2' }));
        let sent = 0;
        for (const [index, step] of steps.entries()) {
          play(alone, step);
          for (let count = interleaving[index] ?? 0; count > 0; count -= 1) {
            other.feed(fragment(sent, `other-${sent}`, 'stream-2'));
            sent += 1;
          }
          play(among, step);
        }
        expect(withoutHits(among)).toEqual(withoutHits(alone));
      }),
    );
  });
});
