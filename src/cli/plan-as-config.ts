/** A plan of faults → a config file that serves it. Pure. */

import { MovedClock } from '../clock/manual-clock.js';
import { layOut, type Notation } from '../explore/layout.js';
import { withPlan } from '../explore/run-plan.js';
import type { FaultPlan } from '../options/fault-plan.js';
import type { EchoStsOptions } from '../options/options.js';

export interface PlanConfig {
  readonly config: Readonly<Record<string, unknown>>;
  /** The options that are not in it, because they are secret or JSON has no such value. */
  readonly leftOut: readonly string[];
}

/** They are of the servers of the runs, and nobody has to know them. */
const OF_RUNS: readonly string[] = ['port', 'control'];
const SECRET: readonly string[] = ['tls', 'auth'];

const JSON_NOTATION: Notation = {
  value: JSON.stringify,
  name: JSON.stringify,
  isLeftOut: (value) => value === undefined || value === Number.POSITIVE_INFINITY,
  lastComma: '',
};

/** The options of a fixture with that plan. */
export function planAsConfig(echoSts: EchoStsOptions, plan: FaultPlan): PlanConfig {
  const options = Object.entries(withPlan(echoSts, plan)).filter(([name]) => !OF_RUNS.includes(name));
  const isLeftOut = ([name, value]: [string, unknown]) => SECRET.includes(name) || value === Number.POSITIVE_INFINITY;
  const kept = options.filter((each) => !isLeftOut(each) && each[1] !== undefined);
  return {
    config: Object.fromEntries(kept.map(([name, value]) => [name, value instanceof MovedClock ? 'manual' : value])),
    leftOut: options.filter(isLeftOut).map(([name]) => name),
  };
}

/** The text of the file. `times` without end is the default of a rule. */
export function configText(config: PlanConfig['config']): string {
  return layOut(config, JSON_NOTATION, 0, true);
}
