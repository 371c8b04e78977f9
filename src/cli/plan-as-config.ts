/** A plan of faults → a config file that serves it. Pure. */

import { isRecord } from '../checks/fields.js';
import { MovedClock } from '../clock/manual-clock.js';
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

/** On one line where that is short, like code; otherwise each part on its own. `times` without end is the default of a rule. */
export function configText(value: unknown, indentation = 0): string {
  const line = inline(value);
  if (line.length + indentation <= WIDTH && indentation > 0) return line;
  const margin = ' '.repeat(indentation);
  const lines = (parts: readonly string[]) => parts.map((part) => `${margin}  ${part}`).join(',\n');
  if (Array.isArray(value)) return `[\n${lines(value.map((each) => configText(each, indentation + 2)))}\n${margin}]`;
  if (!isRecord(value)) return line;
  const parts = fieldsOf(value).map(([name, each]) => `${JSON.stringify(name)}: ${configText(each, indentation + 2)}`);
  return `{\n${lines(parts)}\n${margin}}`;
}

/** The widest line. */
const WIDTH = 100;

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const parts = fieldsOf(value).map(([name, each]) => `${JSON.stringify(name)}: ${inline(each)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

function fieldsOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, each]) => each !== undefined && each !== Number.POSITIVE_INFINITY);
}
