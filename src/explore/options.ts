/** The options of `explore`, checked and filled in. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { closedRecord, field, integer, isRecord, oneOf, together, trueOrFalse } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { MAX_TIMER_MS } from '../clock/clock.js';
import type { EchoStsOptions } from '../options/options.js';
import { checkOptions } from '../options/settings.js';
import { FAULT_KINDS, type FaultKind, isSurvivable } from './kinds.js';
import type { ExploreReport } from './report.js';

/** A group of kinds of faults. */
export type FaultPreset = 'survivable' | 'hostile' | 'none';

/** A preset, or a choice by kind on top of one: `{ preset: 'survivable', drop: true, reset: false }`. */
export type FaultChoice = FaultPreset | FaultChoiceByKind;

/** A preset, and the kinds that are added to it or left out. */
export type FaultChoiceByKind = {
  /** @default 'survivable' */
  readonly preset?: FaultPreset;
} & { readonly [Kind in FaultKind]?: boolean };

/** Which plans are drawn. */
export interface FaultPlansOptions {
  /**
   * What may go wrong. `'survivable'`: what a correct worker gets through. `'hostile'`: everything. `'none'`: nothing but what
   * is added by kind.
   * @default 'survivable'
   */
  faults?: FaultChoice;
  /**
   * How often in a row the same fragment fails at most, with a failure that is retryable. A plan breaks, refuses or restarts at
   * most one connection more than that.
   * @default 1
   */
  retries?: number;
  /**
   * Number of fragments of the stream: faults are placed at the sequence numbers below it.
   * @default 6
   */
  fragments?: number;
}

/** How `explore` looks for faults. */
export interface ExploreOptions extends Omit<FaultPlansOptions, 'fragments'> {
  /**
   * Number of plans that are tried.
   * @default 100
   */
  runs?: number;
  /**
   * The seed of the plans: the same seed and the same shape of the first run give the same plans.
   * @default a random one, which the report and the error have
   */
  seed?: number;
  /**
   * Which of the plans of the seed is tried first, from the error of an earlier run.
   * @default all, from the first
   */
  path?: string;
  /**
   * Timeout of each run, milliseconds, in which this process was not blocked. A run that takes longer has failed.
   * @default 5000
   */
  timeoutMs?: number;
  /**
   * Ends it when it is aborted: the run in progress is over, no other follows, and `explore` rejects with the reason of the
   * signal. Pass that of your test, so that nothing goes on when the time of the test is up.
   * @default none
   */
  signal?: AbortSignal;
  /**
   * The options of each fixture. What a plan says is added to them. `conduct` is `'strict'` unless it is set here. Of a
   * `manualClock()` each run gets a new one, which `explore` moves to what is due next.
   * @default {}
   */
  echoSts?: EchoStsOptions;
  /**
   * With `'strict'`, `explore` also rejects if a kind of fault that it could draw never happened.
   * @default 'report'
   */
  coverage?: 'report' | 'strict';
  /**
   * Called at the end, also before `explore` rejects.
   * @default prints `report.text` on the console when all runs passed
   */
  onReport?: (report: ExploreReport) => void;
}

/** Every option, filled in. */
export interface ExploreSettings {
  readonly runs: number;
  readonly seed: number | undefined;
  readonly path: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** How long a run whose time is up may take to end, milliseconds. */
  readonly aftermathMs?: number;
  /** How long a run may go on after a violation, milliseconds. */
  readonly afterViolationMs?: number;
  /** Maximum time for shrinking, milliseconds. */
  readonly shrinkingMs?: number;
  readonly echoSts: EchoStsOptions;
  readonly choice: PlanSettings;
  readonly isStrict: boolean;
  readonly onReport: ((report: ExploreReport) => void) | undefined;
  /**
   * Called once, when most of the time of a run is over, unless it is one of those that make a plan smaller. `run` says which one it
   * is.
   */
  readonly onSlow?: (run: string) => void;
  /** Called when the variable `ECHO_STS_EXPLORE` names another exploration than this one. */
  readonly onElsewhere?: () => void;
}

/** What plans are made of. */
export interface PlanSettings {
  readonly kinds: readonly FaultKind[];
  readonly retries: number;
  /** Whether faults meet any message, and not results alone. */
  readonly isHostile: boolean;
}

const PRESETS = ['survivable', 'hostile', 'none'] as const satisfies readonly FaultPreset[];
const preset = oneOf(...PRESETS);
const choiceByKind = closedRecord({
  preset: v.optional(preset),
  ...(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, v.optional(trueOrFalse)])) as {
    [Kind in FaultKind]: v.OptionalSchema<typeof trueOrFalse, undefined>;
  }),
});
/** The schema of anything else: it always fails. */
const neither = field<never>(
  'one of "survivable", "hostile", "none", or an object such as { "preset": "none", "TIMEOUT": true }',
  () => false,
);
const choice = v.pipe(
  v.lazy((value) => (isRecord(value) ? choiceByKind : typeof value === 'string' ? preset : neither)),
  v.check(
    (faults) => kindsOf(faults).length > 0,
    'expected at least one kind of fault, got none; add one by name, as in { "preset": "none", "TIMEOUT": true }',
  ),
);
/** The maximum of `runs`. */
export const MOST_RUNS = 1_000_000;
const path = field<string>(
  'numbers with colons between them, such as "17:2:0"',
  (value) => typeof value === 'string' && /^\d+(:\d+)*$/.test(value),
);
const signal = field<AbortSignal>(
  'an `AbortSignal`',
  (value) => isRecord(value) && typeof Reflect.get(value, 'throwIfAborted') === 'function',
);
const echoSts = field<EchoStsOptions>('an object of options', isRecord);
const onReport = field<(report: ExploreReport) => void>('a function', (value) => typeof value === 'function');

const PLAN_SCHEMAS = {
  faults: v.optional(choice, 'survivable'),
  retries: v.optional(integer(0, 10), 1),
};

const plansOptions = closedRecord({ ...PLAN_SCHEMAS, fragments: v.optional(integer(1, 10_000), 6) });

const exploreFields = closedRecord({
  ...PLAN_SCHEMAS,
  runs: v.optional(integer(1, MOST_RUNS), 100),
  seed: v.optional(integer(-(2 ** 31), 2 ** 31 - 1)),
  path: v.optional(path),
  timeoutMs: v.optional(integer(1, MAX_TIMER_MS), 5000),
  signal: v.optional(signal),
  echoSts: v.optional(echoSts, {}),
  coverage: v.optional(oneOf('report', 'strict'), 'report'),
  onReport: v.optional(onReport),
});
const exploreOptions = v.pipe(
  exploreFields,
  together('seed', ({ seed, path }) =>
    path === undefined || seed !== undefined ? undefined : 'is required with `path`; copy both from the error',
  ),
);

true satisfies Same<FaultPlansOptions, v.InferInput<typeof plansOptions>>;
true satisfies Same<ExploreOptions, v.InferInput<typeof exploreOptions>>;

/** Throws an `EchoStsError` (`INVALID_OPTION`) unless that option alone is as expected. */
export function checkExploreOption(option: object): void {
  const { echoSts: base } = checked('options', exploreFields, option);
  checkOptions(base);
}

/** Throws an `EchoStsError` (`INVALID_OPTION`). */
export function toExploreSettings(options: ExploreOptions): ExploreSettings {
  const { runs, seed, path, timeoutMs, coverage, ...rest } = checked('options', exploreOptions, options);
  checkOptions(rest.echoSts);
  return {
    ...{ runs, seed, path, timeoutMs },
    signal: rest.signal,
    echoSts: rest.echoSts,
    choice: toPlanSettings(rest.faults, rest.retries),
    isStrict: coverage === 'strict',
    onReport: rest.onReport,
  };
}

/** Throws an `EchoStsError` (`INVALID_OPTION`). */
export function toPlansSettings(options: FaultPlansOptions): PlanSettings & { readonly fragments: number } {
  const { faults, retries, fragments } = checked('options', plansOptions, options);
  return { ...toPlanSettings(faults, retries), fragments };
}

function toPlanSettings(faults: Faults, retries: number): PlanSettings {
  return { kinds: kindsOf(faults), retries, isHostile: presetOf(faults) === 'hostile' };
}

type Faults = v.InferOutput<typeof preset> | v.InferOutput<typeof choiceByKind>;

function presetOf(faults: Faults): FaultPreset {
  return typeof faults === 'string' ? faults : (faults.preset ?? 'survivable');
}

function kindsOf(faults: Faults): FaultKind[] {
  const chosen = typeof faults === 'string' ? {} : faults;
  return FAULT_KINDS.filter((kind) => Reflect.get(chosen, kind) ?? isIn(kind, presetOf(faults)));
}

function isIn(kind: FaultKind, base: FaultPreset): boolean {
  return base === 'hostile' || (base === 'survivable' && isSurvivable(kind));
}
