/** Explores what a worker does under faults that nobody has thought of. */

import { CallSite, EchoStsError } from '../checks/errors.js';
import { uptimeMs } from '../clock/clock.js';
import { MovedClock } from '../clock/manual-clock.js';
import { show } from '../core/show.js';
import { confirm, confirmUndisturbed, type ExploreFailure } from './confirm.js';
import { fastCheck } from './fast-check.js';
import { type ExploreOptions, type ExploreSettings, toExploreSettings } from './options.js';
import { print, printNotice } from './print.js';
import { type ExploreReport, reportOf } from './report.js';
import { placeOf, RERUN_VARIABLE, rerunOf } from './rerun.js';
import { type ExploreFunction, type Outcome, runPlan, slowAfterMs } from './run-plan.js';
import { SHRINKING_MS, search } from './search.js';
import { type Shape, shapeOf } from './shape.js';
import { TEST_WORDING, type Wording } from './wording.js';

/**
 * Runs a function against fixture after fixture, each with another plan of faults, and verifies each with strict conduct. The
 * first run is undisturbed: it shows where faults can be placed. Resolves with what was tried. Rejects with an `EchoStsError`:
 * `EXPLORE_FAILED` with the smallest plan with which a run fails, as code to paste; `INVALID_OPTION`; `MISSING_PACKAGE` without
 * the package `fast-check`; or what `createEchoSts` rejects with. Rejects with the reason of `signal` when that is aborted. The environment variable `ECHO_STS_EXPLORE` with the line of
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
    if (typeof run !== 'function') throw noFunction(run);
    const settings = toExploreSettings(options);
    const onSlow = (which: string) => printNotice(slowNotice(which, settings));
    const onElsewhere = () => printNotice(ELSEWHERE);
    const place = placeOf(site.frames, process.cwd());
    const { report, failure } = await exploreFrom(place, run, { ...settings, onSlow, onElsewhere });
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
  const line = rerunOf(process.env[RERUN_VARIABLE]);
  const rerun = line?.place === place ? line : undefined;
  if (line !== undefined && rerun === undefined) given.onElsewhere?.();
  const seed = rerun?.seed ?? given.seed ?? Math.floor(Math.random() * 2 ** 31);
  const path = rerun?.path ?? given.path;
  const settings = { ...given, seed, wording };
  const { choice, echoSts, runs } = settings;
  const startedAt = uptimeMs();
  const noteSlow = once((which) => given.onSlow?.(which));
  const first =
    rerun === undefined ? await runPlan(run, {}, settings, () => noteSlow('the undisturbed run')) : undefined;
  const undisturbedMs = uptimeMs() - startedAt;
  if (first?.failure !== undefined) {
    const failure = await confirmUndisturbed(run, settings, { failure: first.failure, seen: first.seen });
    return { report: reportOf(seed, choice.kinds, []), failure };
  }
  const shape = rerun?.shape ?? shapeIn(first, wording);
  const nameOf = (plan: number) => (path === undefined ? `plan ${plan} of ${runs}` : 'the plan of this path');
  const onSlow = (plan: number) => noteSlow(`the run with ${nameOf(plan)}`);
  const hasRealTime = !(echoSts.clock instanceof MovedClock);
  const found = await search(fc, run, { ...settings, ...choice, shape, hasRealTime, path, undisturbedMs, onSlow });
  const report = reportOf(seed, choice.kinds, found.outcomes);
  if (found.plans === undefined) return { report, failure: path === undefined ? uncovered(report, given) : undefined };
  const names = { place, seed, shape, where: nameOf(found.outcomes.length) };
  return { report, failure: await confirm(run, settings, found.plans, names) };
}

/** `explore` is called from JavaScript, too. */
function noFunction(run: unknown): EchoStsError {
  const message = `\`explore\` expected a function first, got ${show(run)}; pass one that runs your worker against the fixture that it gets.`;
  return new EchoStsError('INVALID_OPTION', message);
}

/** The timeout of a test may be over before the error is there, which says more. */
function slowNotice(which: string, { timeoutMs }: ExploreSettings): string {
  const seconds = Math.ceil((SHRINKING_MS + 4 * timeoutMs) / 1000);
  return (
    `explore: ${which} has not ended after ${slowAfterMs(timeoutMs)} ms; it fails after ${timeoutMs} ms. ` +
    `It may take ${seconds} s to find out why: give the test that much time.`
  );
}

const ELSEWHERE =
  `explore: \`${RERUN_VARIABLE}\` is the line of another call of \`explore\`, or this one has stood on another line since: ` +
  'this one tries all its plans.';

function once(callback: (which: string) => void): (which: string) => void {
  let isCalled = false;
  return (which) => {
    if (!isCalled) callback(which);
    isCalled = true;
  };
}

/** Throws an `EchoStsError` (`EXPLORE_FAILED`) if there is nothing to explore. */
function shapeIn(first: Outcome | undefined, { connect }: Wording): Shape {
  const shape = shapeOf(first?.seen.entries ?? []);
  if (shape.fragments > 0) return shape;
  const message =
    '`explore` expected the worker to send fragments in its first run, which is undisturbed, and its timeline has none; ' +
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
