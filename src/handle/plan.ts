/** A plan that is put into force while the fixture runs. */

import { describeAction } from '../core/actions.js';
import { describeRefusal } from '../core/refusal-book.js';
import { describeRule } from '../core/rules.js';
import { checkPlan, type FaultPlan } from '../options/fault-plan.js';
import { toPlan } from '../options/load.js';
import { changeBackpressure, changeDelay } from './connections.js';
import { type Group, noteTest } from './group.js';
import { addPlan, type PlannedEntries } from './setup.js';
import { setting } from './steering-words.js';

/** Maximum number of planned entries that the note lists. */
const LISTED = 8;

/** Adds the plan to what is set up; nothing is done if any of it is wrong. Throws an `EchoStsError`. */
export function applyPlan(group: Group, plan: FaultPlan): void {
  group.requireOpen('apply');
  const { delayMs, capacity, backpressure, ...planned } = checkPlan(plan);
  const { setup } = group;
  const entries = addPlan(setup, planned);
  noteTest(group, `apply: ${list([...settingsIn(plan), ...describeEntries(entries)])}`);
  if (capacity !== undefined) setup.overrides = { ...setup.overrides, capacity };
  if (delayMs !== undefined) changeDelay(group, delayMs);
  if (backpressure !== undefined) changeBackpressure(group, toPlan(backpressure));
}

function settingsIn({ delayMs, capacity, backpressure }: FaultPlan): string[] {
  return Object.entries({ delayMs, capacity, backpressure })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => setting(name, value));
}

function describeEntries({ errorRules, cuts, refusals, restarts, signals }: PlannedEntries): string[] {
  return [
    ...errorRules.map(describeRule),
    ...[...cuts, ...restarts, ...signals].map(({ action }) => describeAction(action)),
    ...refusals.map(({ refusal }) => describeRefusal(refusal)),
  ];
}

function list(parts: readonly string[]): string {
  if (parts.length === 0) return 'nothing';
  const others = parts.length - LISTED;
  return [...parts.slice(0, LISTED), ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}
