/** Explores what a worker does under faults that nobody has thought of. */

import { CallSite, EchoStsError } from '../checks/errors.js';
import { MovedClock } from '../clock/manual-clock.js';
import type { FaultPlan } from '../options/fault-plan.js';
import { withoutOptional } from './code.js';
import { type FailureParts, failureText } from './failure.js';
import { fastCheck } from './fast-check.js';
import { type ExploreOptions, type ExploreSettings, toExploreSettings } from './options.js';
import { print } from './print.js';
import { type ExploreReport, reportOf } from './report.js';
import { placeOf, RERUN_VARIABLE, type Rerun, rerunLine, rerunOf } from './rerun.js';
import { type Explored, type RunSettings, runPlan } from './run-plan.js';
import { type FailedRun, type Found, search } from './search.js';
import { type Shape, shapeOf } from './shape.js';

/** How often the smallest plan is run again. */
const AGAIN = 3;

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
export async function explore(run: Explored, options: ExploreOptions = {}): Promise<ExploreReport> {
  const site = new CallSite(explore);
  try {
    const settings = toExploreSettings(options);
    const { report, failure } = await exploreFrom(placeOf(site.frames, process.cwd()), run, settings);
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

export interface ExploreFailure {
  readonly text: string;
  readonly cause: unknown;
  /** With which the run fails; undefined if only the coverage is not enough. */
  readonly plan: FaultPlan | undefined;
}

/** `place` names who explores, for the line with which a plan is run again. Rejects as `createEchoSts` does. */
export async function exploreFrom(place: string, run: Explored, given: ExploreSettings): Promise<Exploration> {
  const fc = fastCheck();
  const rerun = rerunOf(process.env[RERUN_VARIABLE], place);
  const seed = rerun?.seed ?? given.seed ?? Math.floor(Math.random() * 2 ** 31);
  const settings = { ...given, seed };
  const { choice, echoSts, runs, timeoutMs } = settings;
  const first = rerun === undefined ? await runPlan(run, {}, settings) : undefined;
  if (first?.failure !== undefined) {
    const failed = { plan: {}, failure: first.failure, seen: first.seen };
    const failure = toFailure({}, await repeat(run, settings, failed, timeoutMs), UNDISTURBED, settings);
    return { report: reportOf(seed, choice.kinds, []), failure };
  }
  const shape = rerun?.shape ?? shapeOf(first?.seen.entries ?? []);
  requireFragments(shape);
  const path = rerun?.path ?? given.path;
  const hasRealTime = !(echoSts.clock instanceof MovedClock);
  const { tried, found } = await search(fc, run, { ...settings, ...choice, shape, hasRealTime, path });
  const report = reportOf(seed, choice.kinds, tried);
  if (found === undefined) return { report, failure: path === undefined ? uncovered(report, given) : undefined };
  const where = path === undefined ? `plan ${found.run} of ${runs}` : 'the plan of this path';
  return { report, failure: await confirmed(run, settings, found, { place, seed, shape, where }) };
}

const UNDISTURBED = { where: '', which: '', again: undefined };

/** How to name a plan in the failure. */
type Names = Omit<Rerun, 'path'> & { readonly where: string };

/** The failure with the smallest plan; with the first one, if the smallest did not fail again. */
async function confirmed(run: Explored, settings: RunSettings, found: Found, names: Names): Promise<ExploreFailure> {
  const { smallest, first } = found;
  const repeated = await repeat(run, settings, smallest, found.shortTimeoutMs);
  // A run that was cut short while its plan was made smaller may have been slow, and nothing else.
  const isFirst = repeated.count === 0 && smallest.path !== first.path;
  const [{ plan, path }, again] = isFirst
    ? [first, await repeat(run, settings, first, found.shortTimeoutMs)]
    : [smallest, repeated];
  const { seed, where } = names;
  const rerun = { line: rerunLine({ ...names, path }), seed, path };
  return toFailure(plan, again, { where, which: isFirst ? 'this plan' : 'the smallest plan', again: rerun }, settings);
}

interface Repeated extends Pick<FailedRun, 'failure' | 'seen'> {
  /** How often it failed again. */
  readonly count: number;
}

/** Runs a plan again, to know what its failure depends on. */
async function repeat(
  run: Explored,
  settings: RunSettings,
  { plan, failure, seen }: Omit<FailedRun, 'path'>,
  shortTimeoutMs: number,
): Promise<Repeated> {
  let repeated: Repeated = { failure, seen, count: 0 };
  let isKnownToHang = false;
  for (let times = 0; times < AGAIN; times += 1) {
    const timeoutMs = isKnownToHang ? shortTimeoutMs : settings.timeoutMs;
    const outcome = await runPlan(run, plan, { ...settings, timeoutMs });
    if (outcome.failure === undefined) continue;
    // The first says how it hangs: for the whole time.
    const shown = isKnownToHang ? repeated : { failure: outcome.failure, seen: outcome.seen };
    repeated = { ...shown, count: repeated.count + 1 };
    isKnownToHang ||= outcome.failure.isHang;
  }
  return repeated;
}

function toFailure(
  plan: FaultPlan,
  { failure, seen, count }: Repeated,
  names: Pick<FailureParts, 'where' | 'which' | 'again'>,
  { echoSts }: RunSettings,
): ExploreFailure {
  const shown = withoutOptional(plan, seen, echoSts);
  const text = failureText({ ...names, plan: shown, failure, count, of: AGAIN, echoSts });
  return { text, cause: failure.error, plan: shown };
}

function uncovered({ neverHappened, text }: ExploreReport, { isStrict }: ExploreSettings): ExploreFailure | undefined {
  if (!isStrict || neverHappened.length === 0) return undefined;
  const advice = 'use more `runs`, or leave out with `faults` what cannot happen';
  const headline = `\`explore\` expected each kind of fault to happen, and ${neverHappened.join(', ')} never did; ${advice}.`;
  return { text: `${headline}\n\n${text}`, cause: undefined, plan: undefined };
}

function requireFragments({ fragments }: Shape): void {
  if (fragments > 0) return;
  const message =
    '`explore` expected the worker to send fragments in its first run, which is undisturbed, and none came; ' +
    'connect it to `sts.url`, and return a promise that resolves when it has finished.';
  throw new EchoStsError('EXPLORE_FAILED', message);
}

function ignore(): void {}
