/** Looks for a plan with which a run fails, and shrinks it: fast-check draws, this decides what counts as failed. */

import type { Arbitrary } from 'fast-check';
import { EchoStsError } from '../checks/errors.js';
import { uptimeMs } from '../clock/clock.js';
import { show } from '../core/show.js';
import type { FaultPlan } from '../options/fault-plan.js';
import { assemble, type DrawnPlan } from './assemble.js';
import type { FastCheck } from './fast-check.js';
import { faultOutcomes } from './fault-outcomes.js';
import { MOST_RUNS } from './options.js';
import { type DrawSettings, partsOf } from './parts.js';
import type { FaultOutcome } from './report.js';
import {
  type ExploreFunction,
  type Outcome,
  type RunFailure,
  type RunRecord,
  type RunSettings,
  runPlan,
} from './run-plan.js';

/** What is looked for, and how long. */
export interface SearchSettings extends RunSettings, DrawSettings {
  readonly runs: number;
  /** Which plan is run again; undefined for all. */
  readonly path: string | undefined;
  /** How long the undisturbed run has taken, milliseconds. */
  readonly undisturbedMs: number;
  /** Maximum time for shrinking, milliseconds; 10000 if undefined. */
  readonly shrinkingMs?: number;
  /** Called when most of the time of a run is over, with the number of its plan. */
  readonly onSlow?: (plan: number) => void;
}

/** Plans with which the run fails. */
export interface PlansFound {
  readonly smallest: FailedRun;
  /** The one that was made smaller. */
  readonly first: FailedRun;
  /** After how many milliseconds a run hangs, when it is known that it does. */
  readonly shortTimeoutMs: number;
}

/** A run that has failed. */
export interface FailedRun {
  readonly plan: FaultPlan;
  readonly path: string;
  readonly failure: RunFailure;
  readonly seen: RunRecord;
}

type Failed = Pick<FailedRun, 'failure' | 'seen'>;

export interface SearchResult {
  /** The faults of each run before the first that failed, and of that. */
  readonly outcomes: readonly (readonly FaultOutcome[])[];
  readonly plans: PlansFound | undefined;
}

/** Maximum time for shrinking, milliseconds. */
export const SHRINKING_MS = 10_000;
/**
 * While a run that hangs is shrunk, a run hangs when it takes this many times as long as the slowest that passed, the undisturbed
 * one included.
 */
const TIMES_THE_SLOWEST = 5;
/** But no shorter than this, milliseconds: a client of Socket.IO may wait for 1.5 s before it connects again. */
const SHORTEST_TIMEOUT_MS = 2000;

/** Resolves with what was found. Rejects only if a fixture cannot be started. */
export async function search(fc: FastCheck, run: ExploreFunction, settings: SearchSettings): Promise<SearchResult> {
  const trials = new Trials(run, settings);
  const { runs, seed, path } = settings;
  const plans = partsOf(fc, settings).map((parts) => assemble(parts, settings.retries));
  if (path !== undefined) return searchOne(trials, planAt(fc, plans, seed, path), path);
  const property = fc.asyncProperty(plans, (drawn) => trials.try(drawn));
  const details = await fc.check(property, { numRuns: runs, seed });
  const [smallest] = details.counterexample ?? [];
  return trials.result(smallest, details.counterexamplePath ?? '');
}

/** Throws an `EchoStsError` (`INVALID_OPTION`) for a path that leads to no plan. */
function planAt(fc: FastCheck, plans: Arbitrary<DrawnPlan>, seed: number, path: string): DrawnPlan {
  let cause: unknown;
  try {
    // The first number is that of the drawn plan, and all before it are drawn, too.
    const isDrawn = Number.parseInt(path, 10) < MOST_RUNS;
    const [drawn] = isDrawn ? fc.sample(plans, { seed, path, numRuns: 1 }) : [];
    if (drawn !== undefined) return drawn;
  } catch (error) {
    cause = error;
  }
  const message =
    `\`path\` expected the path of a plan of seed ${seed}, and ${show(path)} leads to none; copy both from the error, and ` +
    'use the same `faults` and version of fast-check.';
  throw new EchoStsError('INVALID_OPTION', message, { cause });
}

/** That plan, which was found before. */
async function searchOne(trials: Trials, drawn: DrawnPlan, path: string): Promise<SearchResult> {
  // What it rejects with is in the result.
  await trials.try(drawn).catch(() => undefined);
  return trials.result(drawn, path);
}

class Trials {
  readonly outcomes: (readonly FaultOutcome[])[] = [];
  /** Why no fixture could be started. */
  #broken: { readonly error: unknown } | undefined;
  readonly #run: ExploreFunction;
  readonly #settings: SearchSettings;
  /** What is known of plans, by their text, while the first that failed is shrunk: undefined for one that passes. */
  readonly #known = new Map<string, Failed | undefined>();
  #first: FailedRun | undefined;
  #shrinksUntil = Number.POSITIVE_INFINITY;
  #slowestMs: number;

  constructor(run: ExploreFunction, settings: SearchSettings) {
    this.#run = run;
    this.#settings = settings;
    this.#slowestMs = settings.undisturbedMs;
  }

  /** Rejects if the run with this plan fails. */
  async try(drawn: DrawnPlan): Promise<void> {
    const failed = this.#first === undefined ? await this.#search(drawn) : await this.#shrink(drawn);
    if (failed !== undefined) throw failed.failure.error;
  }

  /** Throws why no fixture could be started. */
  result(smallest: DrawnPlan | undefined, path: string): SearchResult {
    const { outcomes } = this;
    if (this.#broken !== undefined) throw this.#broken.error;
    const failed = smallest === undefined ? undefined : this.#known.get(keyOf(smallest));
    if (smallest === undefined || failed === undefined) return { outcomes, plans: undefined };
    const found = { ...failed, plan: smallest.plan, path };
    const shortTimeoutMs = this.#shortTimeoutMs;
    return { outcomes, plans: { smallest: found, first: this.#first ?? found, shortTimeoutMs } };
  }

  async #search(drawn: DrawnPlan): Promise<Failed | undefined> {
    const startedAt = uptimeMs();
    const onSlow = () => this.#settings.onSlow?.(this.outcomes.length + 1);
    const { failure, seen } = await this.#runPlan(drawn, this.#settings.timeoutMs, onSlow);
    this.outcomes.push(faultOutcomes(drawn, seen, this.#settings.echoSts));
    if (failure === undefined) {
      this.#slowestMs = Math.max(this.#slowestMs, uptimeMs() - startedAt);
      return undefined;
    }
    this.#first = { plan: drawn.plan, path: String(this.outcomes.length - 1), failure, seen };
    this.#shrinksUntil = uptimeMs() + (this.#settings.shrinkingMs ?? SHRINKING_MS);
    this.#known.set(keyOf(drawn), { failure, seen });
    return { failure, seen };
  }

  async #shrink(drawn: DrawnPlan): Promise<Failed | undefined> {
    const key = keyOf(drawn);
    // Without time left, none is smaller.
    if (this.#known.has(key) || uptimeMs() > this.#shrinksUntil) return this.#known.get(key);
    const { failure, seen } = await this.#runPlan(drawn, this.#shortTimeoutMs);
    // A run that is cut short may be slow, and nothing else.
    const isCounted = failure !== undefined && (!failure.isHang || this.#first?.failure.isHang === true);
    this.#known.set(key, isCounted ? { failure, seen } : undefined);
    return this.#known.get(key);
  }

  get #shortTimeoutMs(): number {
    const limitMs = Math.max(SHORTEST_TIMEOUT_MS, this.#slowestMs * TIMES_THE_SLOWEST);
    return Math.ceil(Math.min(this.#settings.timeoutMs, limitMs));
  }

  /** Where no fixture can be started, nothing is the worker's fault. */
  async #runPlan({ plan }: DrawnPlan, timeoutMs: number, onSlow?: () => void): Promise<Outcome> {
    try {
      return await runPlan(this.#run, plan, { ...this.#settings, timeoutMs }, onSlow);
    } catch (error) {
      this.#broken ??= { error };
      throw error;
    }
  }
}

function keyOf({ plan }: DrawnPlan): string {
  return JSON.stringify(plan);
}
