/** Explores what a worker does under faults that nobody has thought of. */

import { CallSite, EchoStsError } from '../checks/errors.js';
import { MovedClock } from '../clock/manual-clock.js';
import type { FaultPlan } from '../options/fault-plan.js';
import { withoutOptional } from './code.js';
import { failureText } from './failure.js';
import { fastCheck } from './fast-check.js';
import { type ExploreOptions, type ExploreSettings, toExploreSettings } from './options.js';
import { print } from './print.js';
import { type ExploreReport, reportOf } from './report.js';
import { placeOf, RERUN_VARIABLE, rerunLine, rerunOf } from './rerun.js';
import { type Explored, type RunFailure, type RunSettings, runPlan, type Seen } from './run-plan.js';
import { search } from './search.js';
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

/** A plan with which the run has failed. */
interface Found {
  readonly plan: FaultPlan;
  readonly failure: RunFailure;
  readonly seen: Seen;
  readonly where: string;
  readonly shortTimeoutMs: number;
  readonly again?: { readonly line: string; readonly seed: number; readonly path: string };
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
    const found = { plan: {}, failure: first.failure, seen: first.seen, where: '', shortTimeoutMs: timeoutMs };
    return { report: reportOf(seed, choice.kinds, []), failure: await failed(run, settings, found) };
  }
  const shape = rerun?.shape ?? shapeOf(first?.seen.entries ?? []);
  requireFragments(shape);
  const path = rerun?.path ?? given.path;
  const hasRealTime = !(echoSts.clock instanceof MovedClock);
  const { tried, found } = await search(fc, run, { ...settings, ...choice, shape, hasRealTime, path });
  const report = reportOf(seed, choice.kinds, tried);
  if (found === undefined) return { report, failure: path === undefined ? uncovered(report, given) : undefined };
  const line = rerunLine({ place, seed, path: found.path, shape });
  const where = path === undefined ? `plan ${found.run} of ${runs}` : 'the plan of this path';
  return { report, failure: await failed(run, settings, { ...found, where, again: { line, seed, path: found.path } }) };
}

/** Runs the smallest plan again, to know what its failure depends on. */
async function failed(run: Explored, settings: RunSettings, found: Found): Promise<ExploreFailure> {
  let { failure, seen } = found;
  let count = 0;
  let isKnownToHang = false;
  for (let times = 0; times < AGAIN; times += 1) {
    const timeoutMs = isKnownToHang ? found.shortTimeoutMs : settings.timeoutMs;
    const outcome = await runPlan(run, found.plan, { ...settings, timeoutMs });
    if (outcome.failure === undefined) continue;
    count += 1;
    // The first says how it hangs: for the whole time.
    if (!isKnownToHang) ({ failure, seen } = { failure: outcome.failure, seen: outcome.seen });
    isKnownToHang ||= outcome.failure.isHang;
  }
  const plan = withoutOptional(found.plan, seen, settings.echoSts);
  const text = failureText({ ...found, failure, plan, count, of: AGAIN, echoSts: settings.echoSts });
  return { text, cause: failure.error, plan };
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
