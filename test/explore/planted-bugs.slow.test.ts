/** One property finds every bug that `worker.ts` can have. No test names a fault that brings one to light. */

import { describe, expect, it } from 'vitest';
import { exploreFrom } from '../../src/explore/explore.js';
import { toExploreSettings } from '../../src/explore/options.js';
import type { ExploreFunction } from '../../src/explore/run-plan.js';
import type { FaultPlan } from '../../src/options/fault-plan.js';
import { BUGS, type Bug, StreamWorker } from './worker.js';

const speech = Array.from({ length: 6 }, (_, n) => Buffer.alloc(6, n + 1).toString('base64'));

/** A dropped result is not survivable, but this worker gets through it: it begins another stream. */
const settings = toExploreSettings({
  runs: 200,
  seed: 1,
  timeoutMs: 600,
  faults: { preset: 'survivable', drop: true },
});

function everythingGetsThrough(bug?: Bug): ExploreFunction {
  return async (sts, { signal }) => {
    const worker = new StreamWorker({ url: sts.url, source: speech, resultTimeoutMs: 200, bug });
    signal.addEventListener('abort', () => worker.stop());
    expect(await worker.run()).toEqual(speech);
  };
}

function faultsOf(plan: FaultPlan | undefined): number {
  const values = Object.values(plan ?? {});
  return values.reduce((sum: number, value) => sum + (Array.isArray(value) ? value.length : 1), 0);
}

describe('one property', () => {
  it.each(BUGS)(
    'finds the bug %s with at most two faults',
    async (bug) => {
      const { failure } = await exploreFrom('place', everythingGetsThrough(bug), settings);
      expect(failure?.plan).toBeDefined();
      expect(faultsOf(failure?.plan)).toBeLessThanOrEqual(2);
    },
    60_000,
  );
});
