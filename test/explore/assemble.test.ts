import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/explore/assemble.js';
import { FAULT_KINDS, isSurvivable } from '../../src/explore/kinds.js';
import { type Part, partsOf } from '../../src/explore/parts.js';
import { checkOptions } from '../../src/options/settings.js';

const failure = (sequenceNumber: number, times = 1): Part => ({
  kind: 'TIMEOUT',
  option: 'errorRules',
  value: { when: { sequenceNumber }, code: 'TIMEOUT', times, optional: true },
});
const firstAttempts: Part = {
  kind: 'TIMEOUT',
  option: 'errorRules',
  value: { when: { attempt: 1 }, code: 'TIMEOUT', times: 3, optional: true },
};
const final: Part = {
  kind: 'INVALID_CONFIG',
  option: 'errorRules',
  value: { when: { sequenceNumber: 0 }, code: 'INVALID_CONFIG', times: 1, optional: true },
};
const cut: Part = { kind: 'reset', option: 'cuts', value: { at: 'after-ready', how: 'reset', optional: true } };
const refusal: Part = { kind: 'refusal', option: 'refusals', value: { times: 1, optional: true } };
const delay = (delayMs: number): Part => ({ kind: 'delay', option: 'delayMs', value: delayMs });

const kept = (parts: Part[], retries: number) => {
  const { faults } = assemble(parts, retries);
  return faults.map(({ option, index }) => (index === undefined ? option : `${option} ${index}`));
};

describe('a plan', () => {
  it('is the options with what each part adds to them, and says where that is', () => {
    const { plan, faults } = assemble([delay(5), failure(0), failure(1), final], 1);
    expect(plan).toEqual({ delayMs: 5, errorRules: [failure(0).value, failure(1).value, final.value] });
    expect(faults).toEqual([
      { kind: 'delay', option: 'delayMs', index: undefined },
      { kind: 'TIMEOUT', option: 'errorRules', index: 0 },
      { kind: 'TIMEOUT', option: 'errorRules', index: 1 },
      { kind: 'INVALID_CONFIG', option: 'errorRules', index: 2 },
    ]);
  });

  it('has the first of two values of one option', () => {
    expect(assemble([delay(5), delay(20)], 1).plan).toEqual({ delayMs: 5 });
  });

  it('has no more failures in a row of a fragment than it may retry', () => {
    expect(kept([failure(0), failure(0), failure(1)], 1)).toEqual(['errorRules 0', 'errorRules 1']);
    expect(kept([failure(0), failure(0), failure(0)], 2)).toEqual(['errorRules 0', 'errorRules 1']);
    expect(kept([failure(0, 2)], 1)).toEqual([]);
    expect(kept([failure(0, 2)], 2)).toEqual(['errorRules 0']);
    expect(kept([failure(0), firstAttempts], 1)).toEqual(['errorRules 0']);
    expect(kept([firstAttempts, failure(0)], 1)).toEqual(['errorRules 0']);
    expect(kept([firstAttempts, firstAttempts], 2)).toEqual(['errorRules 0', 'errorRules 1']);
  });

  it('has no more failures at all than that where a connection is lost, after which the numbers are others', () => {
    expect(kept([failure(0), failure(1), cut], 1)).toEqual(['errorRules 0', 'cuts 0']);
    expect(kept([firstAttempts, cut], 1)).toEqual(['cuts 0']);
    expect(kept([firstAttempts, cut], 3)).toEqual(['errorRules 0', 'cuts 0']);
  });

  it('keeps failures that are not to be retried', () => {
    expect(kept([final, final, cut], 0)).toEqual(['errorRules 0', 'errorRules 1', 'cuts 0']);
  });

  it('has one lost or refused connection more than retries', () => {
    expect(kept([cut, refusal, cut], 1)).toEqual(['cuts 0', 'refusals 0']);
    expect(kept([cut, refusal, cut], 0)).toEqual(['cuts 0']);
  });

  it('consists of options that createEchoSts takes, each part of them optional, whatever is drawn', () => {
    const settings = fc.record({
      kinds: fc.subarray([...FAULT_KINDS], { minLength: 1 }),
      retries: fc.nat({ max: 3 }),
      isHostile: fc.boolean(),
      hasRealTime: fc.boolean(),
      shape: fc.record({ fragments: fc.integer({ min: 1, max: 9 }), completes: fc.boolean() }),
    });
    fc.assert(
      fc.property(settings, fc.integer(), (each, seed) => {
        for (const parts of fc.sample(partsOf(fc, each), { numRuns: 5, seed })) {
          const { plan } = assemble(parts, each.retries);
          checkOptions(JSON.parse(JSON.stringify(plan)));
          const entries = Object.values(plan).flatMap((value) => (Array.isArray(value) ? value : []));
          expect(entries.every(({ optional }) => optional === true)).toBe(true);
        }
      }),
    );
  });

  it('is the same for the same seed and shape, on any machine: changed drawing makes the seeds of users useless', () => {
    const kinds = FAULT_KINDS.filter(isSurvivable);
    const shape = { fragments: 6, completes: true };
    const drawn = partsOf(fc, { kinds, retries: 1, isHostile: false, hasRealTime: true, shape });
    const plans = fc.sample(drawn, { numRuns: 200, seed: 42 }).map((parts) => assemble(parts, 1).plan);
    expect(plans[2]).toEqual({
      delayMs: 1,
      backpressure: { low: 0.3, medium: 0.6, high: 1, recommendedDelayMs: 50 },
    });
    expect(createHash('sha1').update(JSON.stringify(plans)).digest('hex')).toBe(
      'f288e69ca2bb95e6f3abf0d81346fe521a0ba2e0',
    );
  });

  it('is placed where the worker gets to', () => {
    const shape = { fragments: 2, completes: false };
    const settings = { kinds: FAULT_KINDS, retries: 1, isHostile: true, hasRealTime: true, shape };
    const drawn = fc.sample(partsOf(fc, settings), { numRuns: 500, seed: 1 }).flat();
    const text = JSON.stringify(drawn);
    const numbers = new Set([...text.matchAll(/"sequenceNumber":(\d+)/g)].map(([, number]) => Number(number)));
    expect([...numbers].sort()).toEqual([0, 1]);
    expect(text).not.toContain('before-complete');
    expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(FAULT_KINDS));
  });

  it('may be made smaller from a failure of several fragments to one of a single one', () => {
    const shape = { fragments: 6, completes: true };
    const drawn = partsOf(fc, { kinds: ['GPU_OOM'], retries: 1, isHostile: false, hasRealTime: true, shape });
    const isRetryable = ({ value }: Part) => !JSON.stringify(value).includes('partial');
    const smallest = Array.from({ length: 20 }, (_, seed) => {
      const property = fc.property(drawn, (parts) => !parts.some(isRetryable));
      return fc.check(property, { seed }).counterexample?.[0]?.find(isRetryable)?.value;
    });
    expect(smallest).toEqual(
      smallest.map(() => ({ when: { sequenceNumber: 0 }, code: 'GPU_OOM', optional: true, times: 1 })),
    );
  });
});
