/** What a test has set up for its sessions: rules, cuts, expectations, and what it has set in place of the options. */

import { ActionBook } from '../core/actions.js';
import type { RuleBook } from '../core/rules.js';
import type { ScopeSettings } from '../core/settings.js';
import { Expectations } from './expectations.js';

/** What can be set for the sessions of a group. */
export type Overrides = Pick<ScopeSettings, 'delayMs' | 'backpressure'>;

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
  readonly cuts: ActionBook;
  readonly expectations: Expectations;
  overrides: Overrides;
  /** Undefined while the test runs, and where nobody says that it has ended. */
  bodyEnd: BodyEnd | undefined;
}

export function createSetup(rules: RuleBook): Setup {
  return { rules, cuts: new ActionBook(), expectations: new Expectations(), overrides: {}, bodyEnd: undefined };
}

/** Nothing is expected any more, and nothing is to happen. */
export function clear(setup: Setup): void {
  setup.expectations.stop();
  setup.expectations.clear();
  setup.rules.clear();
  setup.cuts.clear();
  setup.overrides = {};
  setup.bodyEnd = undefined;
}
