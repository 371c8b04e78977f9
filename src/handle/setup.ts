/**
 * What a test has set up for its sessions: rules, planned actions, refusals, expectations, and what it has set in place of
 * the options.
 */

import { ActionBook, type ActionEntry, type Cut, type Restart, type Signal } from '../core/actions.js';
import { type AttemptRefusal, RefusalBook, type RefusalEntry } from '../core/refusal-book.js';
import type { Rule, RuleEntry } from '../core/rule.js';
import type { RuleBook } from '../core/rules.js';
import type { ScopeSettings } from '../core/settings.js';
import { Expectations } from './expectations.js';

/** What can be set for the sessions of a group. */
export type Overrides = Pick<ScopeSettings, 'delayMs' | 'backpressure'> & {
  /** Set for a fixture alone. */
  readonly capacity?: number;
};

/** What had been seen when the body of the test had ended. */
export interface BodyEnd {
  /** The number of the newest entry. */
  readonly entry: number;
  /** What belonged to no scope, in words. */
  readonly unclaimed: readonly string[];
}

export interface Setup {
  /** Another book after a reset: its rules are numbered anew. */
  rules: RuleBook;
  /** Cuts, restarts and signals. */
  readonly actions: ActionBook;
  /** Empty in a scope: no one knows yet whose connection it will be. */
  readonly refusals: RefusalBook;
  readonly expectations: Expectations;
  overrides: Overrides;
  /** Undefined while the test runs, and where nobody says that it has ended. */
  bodyEnd: BodyEnd | undefined;
}

export function createSetup(rules: RuleBook): Setup {
  return {
    rules,
    actions: new ActionBook(),
    refusals: new RefusalBook(),
    expectations: new Expectations(),
    overrides: {},
    bodyEnd: undefined,
  };
}

/** What is planned, as the core understands it. */
export interface Planned {
  readonly errorRules: readonly Rule[];
  readonly cuts: readonly Cut[];
  readonly refusals: readonly AttemptRefusal[];
  readonly restarts: readonly Restart[];
  readonly signals: readonly Signal[];
}

/** What is planned, with how often it has happened, in the same order. */
export interface PlannedEntries {
  readonly errorRules: readonly RuleEntry[];
  readonly cuts: readonly ActionEntry[];
  readonly refusals: readonly RefusalEntry[];
  readonly restarts: readonly ActionEntry[];
  readonly signals: readonly ActionEntry[];
}

/** Adds what is planned to what is set up. */
export function addPlan({ rules, actions, refusals }: Setup, plan: Planned): PlannedEntries {
  return {
    errorRules: plan.errorRules.map((rule) => rules.add(rule)),
    cuts: plan.cuts.map((cut) => actions.add(cut)),
    refusals: plan.refusals.map((refusal) => refusals.add(refusal)),
    restarts: plan.restarts.map((restart) => actions.add(restart)),
    signals: plan.signals.map((signal) => actions.add(signal)),
  };
}

/** Nothing is expected any more, and nothing is to happen. */
export function clear(setup: Setup): void {
  setup.expectations.stop();
  setup.expectations.clear();
  setup.rules.clear();
  setup.actions.clear();
  setup.refusals.clear();
  setup.overrides = {};
  setup.bodyEnd = undefined;
}
