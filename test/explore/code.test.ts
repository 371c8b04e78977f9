import { describe, expect, it } from 'vitest';
import { manualClock } from '../../src/clock/manual-clock.js';
import { planAsCode, withoutIdle, withoutOptional } from '../../src/explore/code.js';
import type { FaultPlan } from '../../src/options/fault-plan.js';

const plan: FaultPlan = {
  delayMs: 5,
  errorRules: [{ when: { sequenceNumber: 2 }, code: 'TIMEOUT', times: 1 }],
  cuts: [{ at: 'after-ack', sequenceNumber: 3, how: 'reset', times: 1 }],
};

describe('a plan as code', () => {
  it('is a call of createEchoSts, with strict conduct', () => {
    expect(planAsCode({}, plan)).toBe(`const sts = await createEchoSts({
  conduct: 'strict',
  pingIntervalMs: 500,
  pingTimeoutMs: 1000,
  delayMs: 5,
  errorRules: [{ when: { sequenceNumber: 2 }, code: 'TIMEOUT', times: 1 }],
  cuts: [{ at: 'after-ack', sequenceNumber: 3, how: 'reset', times: 1 }],
});`);
  });

  it('has the options that each fixture has anyway, its lists first', () => {
    const own = { conduct: 'lenient', capacity: 2, errorRules: [{ when: {}, code: "it's", retryable: true }] } as const;
    expect(planAsCode(own, plan)).toBe(`const sts = await createEchoSts({
  conduct: 'lenient',
  pingIntervalMs: 500,
  pingTimeoutMs: 1000,
  capacity: 2,
  errorRules: [
    { when: {}, code: 'it\\'s', retryable: true },
    { when: { sequenceNumber: 2 }, code: 'TIMEOUT', times: 1 },
  ],
  delayMs: 5,
  cuts: [{ at: 'after-ack', sequenceNumber: 3, how: 'reset', times: 1 }],
});`);
  });

  it('has a quick heartbeat where connections break, unless each fixture has another one', () => {
    const pings = (echoSts: object, broken: FaultPlan) => planAsCode(echoSts, broken).match(/ping\w+: \d+/g);
    const restarts = [{ at: 'connect' }] as const;
    expect(pings({}, { restarts })).toEqual(['pingIntervalMs: 500', 'pingTimeoutMs: 1000']);
    expect(pings({ pingIntervalMs: 9 }, { restarts })).toEqual(['pingIntervalMs: 9', 'pingTimeoutMs: 1000']);
    expect(pings({}, { delayMs: 5, restarts: [] })).toBeNull();
  });

  it('names what cannot be written down', () => {
    const code = planAsCode({ clock: manualClock(), transcript: () => 'x', auth: { token: 'a"b\n' } }, {});
    expect(code).toBe(`const sts = await createEchoSts({
  conduct: 'strict',
  auth: { token: 'a"b\\n' },
  // and of the options of \`explore\`: clock, transcript
});`);
  });

  it('is JavaScript that gives the plan back', () => {
    const text = planAsCode({}, plan).replace('const sts = await createEchoSts(', 'return (').replace(/;$/, '');
    expect(new Function(text)()).toEqual({ conduct: 'strict', pingIntervalMs: 500, pingTimeoutMs: 1000, ...plan });
  });
});

describe('what has happened', () => {
  const optional = {
    errorRules: [{ when: {}, code: 'TIMEOUT', optional: true }],
    cuts: [{ at: 'connect', how: 'reset', optional: true }],
  } as const;

  it('is not optional in a test that fixes it; what has not stays so', () => {
    const hits = { errorRules: [0, 2], cuts: [0], refusals: [], restarts: [], signals: [] };
    const own = { errorRules: [{ when: {}, code: 'GPU_OOM' }] } as const;
    expect(withoutOptional(optional, { hits }, own)).toEqual({
      errorRules: [{ when: {}, code: 'TIMEOUT' }],
      cuts: [{ at: 'connect', how: 'reset', optional: true }],
    });
  });

  it('is all that is left of the lists of a plan, on request', () => {
    const hits = { errorRules: [1], cuts: [0], refusals: [], restarts: [], signals: [] };
    expect(withoutIdle({ delayMs: 5, ...optional }, { hits }, {})).toEqual({
      delayMs: 5,
      errorRules: optional.errorRules,
    });
  });
});
