/** A plan of faults as a config file. */

import { describe, expect, it } from 'vitest';
import { configText, planAsConfig } from '../../src/cli/plan-as-config.js';
import { manualClock } from '../../src/clock/manual-clock.js';
import type { FaultPlan } from '../../src/options/fault-plan.js';
import { serving } from '../support/plan.js';

const PLAN: FaultPlan = {
  capacity: 2,
  errorRules: [{ when: { sequenceNumber: 2 }, code: 'TIMEOUT', times: 1 }],
};

describe('a plan as a config', () => {
  it('has the options that each fixture has, and strict conduct, and adds the rules of the plan to theirs', () => {
    const own = { when: { sequenceNumber: 0 }, fault: 'drop' } as const;
    expect(planAsConfig({ delayMs: 5, errorRules: [own] }, PLAN)).toEqual({
      config: { conduct: 'strict', delayMs: 5, capacity: 2, errorRules: [own, ...(PLAN.errorRules ?? [])] },
      leftOut: [],
    });
    expect(planAsConfig({ conduct: 'lenient' }, {}).config).toEqual({ conduct: 'lenient' });
  });

  it('leaves out what belongs to the runs, and says what it leaves out as a secret or as no value of JSON', () => {
    const tls = { key: 'KEY', cert: 'CERT' };
    const options = { port: 0, control: { token: 'T' }, auth: { token: 'A' }, tls, waitTimeoutMs: Infinity };
    expect(planAsConfig(options, {})).toEqual({
      config: { conduct: 'strict' },
      leftOut: ['auth', 'tls', 'waitTimeoutMs'],
    });
  });

  it('names a manual clock as a config file does', () => {
    expect(planAsConfig({ clock: manualClock() }, {}).config).toEqual({ conduct: 'strict', clock: 'manual' });
  });

  it('is written with one rule on a line where it is long, without what JSON cannot say', () => {
    const rules = [{ when: {}, fault: 'drop', times: Infinity }, ...(PLAN.errorRules ?? [])];
    expect(configText({ delayMs: { min: 1, max: 2 }, errorRules: rules })).toBe(`{
  "delayMs": { "min": 1, "max": 2 },
  "errorRules": [
    { "when": {}, "fault": "drop" },
    { "when": { "sequenceNumber": 2 }, "code": "TIMEOUT", "times": 1 }
  ]
}`);
  });

  it('is what --config takes', () => {
    const text = configText(planAsConfig({ port: 0, delayMs: 5 }, PLAN).config);
    const { options } = serving(['--config', 'plan.json'], { files: { 'plan.json': text } });
    expect(options).toEqual({ port: 8000, conduct: 'strict', delayMs: 5, ...PLAN });
  });
});
