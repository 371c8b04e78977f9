import { describe, expect, it } from 'vitest';
import { confirm } from '../../src/explore/confirm.js';
import type { ExploreFunction } from '../../src/explore/index.js';
import { TEST_WORDING } from '../../src/explore/wording.js';
import type { FaultPlan } from '../../src/options/fault-plan.js';

const plan = {
  cuts: [{ at: 'after-ready', how: 'reset', optional: true }],
  restarts: [{ at: 'before-complete', optional: true }],
} as const satisfies FaultPlan;
/** The worker was lost, and never came to the restart. */
const hits = { errorRules: [], cuts: [1], refusals: [], restarts: [0], signals: [] };
const failure = { error: new Error('lost'), isHang: false, text: 'lost' };

function confirmed(run: ExploreFunction, seen = { entries: [], hits }) {
  const found = { plan, path: '3', failure, seen };
  const settings = { echoSts: {}, timeoutMs: 1000, seed: 1, wording: TEST_WORDING };
  const names = { place: 'a', seed: 1, shape: { fragments: 6, completes: true }, where: 'plan 4 of 100' };
  return confirm(run, settings, { smallest: found, first: found, shortTimeoutMs: 1000 }, names);
}

const failing: ExploreFunction = () => Promise.reject(failure.error);

describe('a plan with which a run has failed', () => {
  it('is shown without what never happened, where it fails without that', async () => {
    const { text, plan: shown } = await confirmed(failing);
    expect(text).toContain('With the smallest plan it failed again in 3 of 3 runs.');
    expect(Object.keys(shown ?? {})).toEqual(['cuts']);
    expect(text).not.toContain('restart');
  });

  it('is shown whole where it does not', async () => {
    const { text, plan: shown } = await confirmed((sts, details) =>
      details.plan.restarts === undefined ? undefined : failing(sts, details),
    );
    expect(text).toContain('With the smallest plan it failed again in 3 of 3 runs.');
    expect(shown).toEqual(plan);
  });

  it('is shown as the one part with which it fails each time', async () => {
    const both = { ...hits, restarts: [1] };
    const { text, plan: shown } = await confirmed(
      (sts, details) => (details.plan.restarts === undefined ? undefined : failing(sts, details)),
      { entries: [], hits: both },
    );
    expect(text).toContain('With the smallest plan it failed again in 3 of 3 runs.');
    expect(Object.keys(shown ?? {})).toEqual(['restarts']);
  });

  it('is shown whole where a part alone fails now and then', async () => {
    let runs = 0;
    const { text, plan: shown } = await confirmed(
      (sts, details) => {
        runs += 1;
        const isWhole = details.plan.cuts !== undefined && details.plan.restarts !== undefined;
        return isWhole || runs === 1 ? failing(sts, details) : undefined;
      },
      { entries: [], hits: { ...hits, restarts: [1] } },
    );
    expect(text).toContain('With the smallest plan it failed again in 3 of 3 runs.');
    expect(shown).toEqual(plan);
    // The first part fails and then passes, the second passes at once.
    expect(runs).toBe(2 + 1 + 3);
  });

  it('is shown whole where nothing of it happened', async () => {
    const { plan: shown } = await confirmed(failing, { entries: [], hits: { ...hits, cuts: [0] } });
    expect(shown).toEqual(plan);
  });
});
