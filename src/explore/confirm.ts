/** Runs a plan with which a run has failed again, and says how it failed. */

import type { FaultPlan } from '../options/fault-plan.js';
import { withoutIdle, withoutOptional } from './code.js';
import { type FailureParts, failureText } from './failure.js';
import { type Rerun, rerunLine } from './rerun.js';
import { type ExploreFunction, type RunSettings, runPlan } from './run-plan.js';
import type { FailedRun, PlansFound } from './search.js';
import type { Wording } from './wording.js';

/** Why exploring failed. */
export interface ExploreFailure {
  readonly text: string;
  readonly cause: unknown;
  /** With which the run fails; undefined if only the coverage is not enough. */
  readonly plan: FaultPlan | undefined;
  /** How to run that plan again; undefined where each run is one without a plan. */
  readonly again: FailureParts['again'];
}

/** How runs are repeated, and what is said of them. */
export interface ConfirmSettings extends RunSettings {
  readonly wording: Wording;
}

/** How to name a plan in the failure. */
type Names = Omit<Rerun, 'path'> & { readonly where: string };

/** How often a plan is run again. */
const AGAIN = 3;
/** The part of its time after which an undisturbed run hangs, when it is known that it does. */
const SHORT = 0.4;

/**
 * The failure with a single part of the smallest plan, if it fails each time with that; with what of the plan has happened,
 * if it fails with that; with the first plan, if the smallest hung and did not again.
 */
export async function confirm(
  run: ExploreFunction,
  settings: ConfirmSettings,
  { smallest, first, shortTimeoutMs }: PlansFound,
  names: Names,
): Promise<ExploreFailure> {
  const isSmaller = smallest.path !== first.path;
  const candidates: Candidate[] = [
    ...reduced(smallest, settings),
    smallest,
    // A run that was cut short while its plan was made smaller may have been slow, and nothing else.
    ...(isSmaller && smallest.failure.isHang ? [first] : []),
  ];
  let shown = { ...smallest, count: 0 };
  for (const candidate of candidates) {
    const { atLeast = 1 } = candidate;
    const wasCutShort = isSmaller && candidate !== first;
    shown = { ...candidate, ...(await repeat(run, settings, { ...candidate, atLeast, wasCutShort, shortTimeoutMs })) };
    if (shown.count >= atLeast) break;
  }
  const { seed, where } = names;
  const again = { line: rerunLine({ ...names, path: shown.path }), seed, path: shown.path };
  const which = shown.path === smallest.path ? 'the smallest plan' : 'this plan';
  return toFailure(shown.plan, shown, { where, which, again }, settings);
}

interface Candidate extends FailedRun {
  /** How often it has to fail again to be shown; 1 if undefined. */
  readonly atLeast?: number;
}

/**
 * The same run with less of its plan: with each part alone, for a plan is made smaller from one side and may end with two parts
 * of which one is enough; then with all that has happened. None if nothing has.
 */
function reduced(failed: FailedRun, { echoSts }: RunSettings): Candidate[] {
  const plan = withoutIdle(failed.plan, failed.seen, echoSts);
  const parts = Object.entries(plan).flatMap(([name, value]): FaultPlan[] =>
    Array.isArray(value) ? value.map((part) => ({ [name]: [part] })) : [{ [name]: value }],
  );
  if (parts.length === 0) return [];
  // A run that hangs takes its time.
  const areTried = parts.length > 1 && !failed.failure.isHang;
  const isSame = JSON.stringify(plan) === JSON.stringify(failed.plan);
  return [
    ...(areTried ? parts.map((part) => ({ ...failed, plan: part, atLeast: AGAIN })) : []),
    ...(isSame ? [] : [{ ...failed, plan }]),
  ];
}

/** The failure without any fault. */
export async function confirmUndisturbed(
  run: ExploreFunction,
  settings: ConfirmSettings,
  failed: Pick<FailedRun, 'failure' | 'seen'>,
): Promise<ExploreFailure> {
  const shortTimeoutMs = Math.ceil(settings.timeoutMs * SHORT);
  const repeatable = { ...failed, plan: {}, atLeast: 1, wasCutShort: false, shortTimeoutMs };
  const repeated = await repeat(run, settings, repeatable);
  return toFailure({}, repeated, { where: '', which: '', again: undefined }, settings);
}

/** A plan that is run again. */
interface Repeatable extends Omit<FailedRun, 'path'> {
  /** How often it has to fail again. */
  readonly atLeast: number;
  /** Whether its run had less than its time. */
  readonly wasCutShort: boolean;
  /** After how many milliseconds a run hangs, when it is known that it does. */
  readonly shortTimeoutMs: number;
}

interface Repetition extends Pick<FailedRun, 'failure' | 'seen'> {
  /** How often it failed again. */
  readonly count: number;
}

/** Runs a plan again, to know what its failure depends on. */
async function repeat(
  run: ExploreFunction,
  settings: RunSettings,
  { plan, failure, seen, atLeast, wasCutShort, shortTimeoutMs }: Repeatable,
): Promise<Repetition> {
  let repeated: Repetition = { failure, seen, count: 0 };
  let isKnownToHang = failure.isHang && !wasCutShort;
  for (let times = 0; times < AGAIN; times += 1) {
    const timeoutMs = isKnownToHang ? shortTimeoutMs : settings.timeoutMs;
    const outcome = await runPlan(run, plan, { ...settings, timeoutMs });
    if (outcome.failure === undefined) {
      const isOutOfReach = repeated.count + (AGAIN - 1 - times) < atLeast;
      if (isOutOfReach) break;
      continue;
    }
    // The first says how it hangs: for the whole time.
    const shown = isKnownToHang ? repeated : { failure: outcome.failure, seen: outcome.seen };
    repeated = { ...shown, count: repeated.count + 1 };
    isKnownToHang ||= outcome.failure.isHang;
  }
  return repeated;
}

function toFailure(
  plan: FaultPlan,
  { failure, seen, count }: Repetition,
  names: Pick<FailureParts, 'where' | 'which' | 'again'>,
  { echoSts, wording }: ConfirmSettings,
): ExploreFailure {
  const shown = withoutOptional(plan, seen, echoSts);
  const text = failureText({ ...names, plan: shown, failure, count, of: AGAIN, echoSts, wording });
  return { text, cause: failure.error, plan: shown, again: names.again };
}
