/** Explores what a worker does under faults that nobody has thought of. */

import { CallSite, EchoStsError } from '../checks/errors.js';
import { uptimeMs } from '../clock/clock.js';
import { MovedClock } from '../clock/manual-clock.js';
import { confirm, confirmUndisturbed, type ExploreFailure } from './confirm.js';
import { fastCheck } from './fast-check.js';
import { type ExploreOptions, type ExploreSettings, toExploreSettings } from './options.js';
import { print, printNotice } from './print.js';
import { type ExploreReport, reportOf } from './report.js';
import { placeOf, RERUN_VARIABLE, rerunOf } from './rerun.js';
import { type ExploreFunction, type Outcome, runPlan } from './run-plan.js';
import { SHRINKING_MS, search } from './search.js';
import { type Shape, shapeOf } from './shape.js';
import { TEST_WORDING, type Wording } from './wording.js';

/**
 * Runs a function against fixture after fixture, each with another plan of faults, and verifies each with strict conduct. The
 * first run is undisturbed: it shows where faults can be placed. Resolves with what was tried. Rejects with an `EchoStsError`:
 * `EXPLORE_FAILED` with the smallest plan with which a run fails, as code to paste; `INVALID_OPTION`; `MISSING_PACKAGE` without
 * the package `fast-check`; or what `createEchoSts` rejects with. The environment variable `ECHO_STS_EXPLORE` with the line of
 * such an error runs that plan alone.
 *
 * @example
 * await explore(async (sts) => {
 *   const worker = new StreamWorker({ url: sts.url, streamId: 'news', source: fragments(6) });
 *   expect(await worker.run()).toHaveLength(6);
 * });
 */
export async function explore(run: ExploreFunction, options: ExploreOptions = {}): Promise<ExploreReport> {
  const site = new CallSite(explore);
  try {
    const settings = toExploreSettings(options);
    const onHang = (plan: number) => printNotice(hangNotice(plan, settings));
    const place = placeOf(site.frames, process.cwd());
    const { report, failure } = await exploreFrom(place, run, { ...settings, onHang });
    (settings.onReport ?? (failure === undefined ? print : ignore))(report);
    if (failure === undefined) return report;
    throw new EchoStsError('EXPLORE_FAILED', failure.text, { cause: failure.cause });
  } catch (error) {
    throw error instanceof EchoStsError ? site.mark(error) : error;
  }
}

/** What has come of exploring. */
export interface Exploration {
  readonly report: ExploreReport;
  readonly failure: ExploreFailure | undefined;
}

/** `place` names who explores, for the line with which a plan is run again. Rejects as `createEchoSts` does. */
export async function exploreFrom(
  place: string,
  run: ExploreFunction,
  given: ExploreSettings,
  wording: Wording = TEST_WORDING,
): Promise<Exploration> {
  const fc = fastCheck();
  const rerun = rerunOf(process.env[RERUN_VARIABLE], place);
  const seed = rerun?.seed ?? given.seed ?? Math.floor(Math.random() * 2 ** 31);
  const settings = { ...given, seed, wording };
  const { choice, echoSts, runs } = settings;
  const startedAt = uptimeMs();
  const first = rerun === undefined ? await runPlan(run, {}, settings) : undefined;
  const undisturbedMs = uptimeMs() - startedAt;
  if (first?.failure !== undefined) {
    if (first.failure.isHang) given.onHang?.(0);
    const failure = await confirmUndisturbed(run, settings, { failure: first.failure, seen: first.seen });
    return { report: reportOf(seed, choice.kinds, []), failure };
  }
  const shape = rerun?.shape ?? shapeIn(first, wording);
  const path = rerun?.path ?? given.path;
  const hasRealTime = !(echoSts.clock instanceof MovedClock);
  const found = await search(fc, run, { ...settings, ...choice, shape, hasRealTime, path, undisturbedMs });
  const report = reportOf(seed, choice.kinds, found.outcomes);
  if (found.plans === undefined) return { report, failure: path === undefined ? uncovered(report, given) : undefined };
  const where = path === undefined ? `plan ${found.outcomes.length} of ${runs}` : 'the plan of this path';
  return { report, failure: await confirm(run, settings, found.plans, { place, seed, shape, where }) };
}

/** The timeout of a test may be over before the error is there, which says more. */
function hangNotice(plan: number, { runs, timeoutMs }: ExploreSettings): string {
  const which = plan === 0 ? 'the undisturbed run' : `the run with plan ${plan} of ${runs}`;
  const seconds = Math.ceil((SHRINKING_MS + 3 * timeoutMs) / 1000);
  return `explore: ${which} did not end within ${timeoutMs} ms. It may take ${seconds} s to find out why: give the test that much time.`;
}

/** Throws an `EchoStsError` (`EXPLORE_FAILED`) if there is nothing to explore. */
function shapeIn(first: Outcome | undefined, { connect }: Wording): Shape {
  const shape = shapeOf(first?.seen.entries ?? []);
  if (shape.fragments > 0) return shape;
  const message =
    '`explore` expected the worker to send fragments in its first run, which is undisturbed, and none came; ' +
    `${connect}.`;
  throw new EchoStsError('EXPLORE_FAILED', message);
}

function uncovered({ neverHappened, text }: ExploreReport, { isStrict }: ExploreSettings): ExploreFailure | undefined {
  if (!isStrict || neverHappened.length === 0) return undefined;
  const advice = 'use more `runs`, or leave out with `faults` what cannot happen';
  const headline = `\`explore\` expected each kind of fault to happen, and ${neverHappened.join(', ')} never did; ${advice}.`;
  return { text: `${headline}\n\n${text}`, cause: undefined, plan: undefined, again: undefined };
}

function ignore(): void {}
