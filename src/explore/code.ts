/** A plan as code to paste into a test. Pure. */

import { isRecord } from '../checks/fields.js';
import type { FaultPlan } from '../options/fault-plan.js';
import type { EchoStsOptions } from '../options/options.js';
import { isList } from './assemble.js';
import { isHit } from './fault-outcomes.js';
import { layOut, type Notation } from './layout.js';
import { type RunRecord, withPlan } from './run-plan.js';

const JAVASCRIPT: Notation = {
  value: (value) => (typeof value === 'string' ? quoted(value) : String(value)),
  name: (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name)),
  isLeftOut: (value) => value === undefined,
  lastComma: ',',
};

/** What is not plain data cannot be written down. */
interface PlainOptions {
  readonly data: Record<string, unknown>;
  readonly others: readonly string[];
}

/** `const sts = await createEchoSts({ … });`, with the options that each fixture has anyway. */
export function planAsCode(echoSts: EchoStsOptions, plan: FaultPlan): string {
  const { data, others } = plainOf(withPlan(echoSts, plan));
  const lines = Object.entries(data).map(([name, value]) => `  ${name}: ${layOut(value, JAVASCRIPT, 2)},`);
  const remark = others.length === 0 ? [] : [`  // and of the options of \`explore\`: ${others.join(', ')}`];
  return ['const sts = await createEchoSts({', ...lines, ...remark, '});'].join('\n');
}

/** The plan without `optional` where it happened: a test that fixes it fails when it no longer happens. */
export function withoutOptional(plan: FaultPlan, seen: Pick<RunRecord, 'hits'>, echoSts: EchoStsOptions): FaultPlan {
  const entries = Object.entries(plan).map(([option, list]) => {
    const name = option as keyof FaultPlan;
    if (!isList(name) || !Array.isArray(list)) return [option, list];
    return [option, list.map((each, index) => (isHit(seen, echoSts, name, index) ? required(each) : each))];
  });
  return Object.fromEntries(entries) as FaultPlan;
}

/** The plan without the entries of its lists that never happened: the run cannot have failed because of them. */
export function withoutIdle(plan: FaultPlan, seen: Pick<RunRecord, 'hits'>, echoSts: EchoStsOptions): FaultPlan {
  const entries = Object.entries(plan).map(([option, list]) => {
    const name = option as keyof FaultPlan;
    if (!isList(name) || !Array.isArray(list)) return [option, list];
    const happened = list.filter((_, index) => isHit(seen, echoSts, name, index));
    return [option, happened.length === 0 ? undefined : happened];
  });
  return Object.fromEntries(entries.filter(([, list]) => list !== undefined)) as FaultPlan;
}

function required({ optional: _, ...rest }: { readonly optional?: boolean }): object {
  return rest;
}

function plainOf(options: object): PlainOptions {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const isPlainEntry = ([, value]: [string, unknown]) => isPlain(value);
  return {
    data: Object.fromEntries(entries.filter(isPlainEntry)),
    others: entries.filter((entry) => !isPlainEntry(entry)).map(([name]) => name),
  };
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (isRecord(value)) return isLiteral(value) && Object.values(value).every(isPlain);
  return typeof value !== 'function' && typeof value !== 'symbol' && !ArrayBuffer.isView(value);
}

/** Made by `{}`, in whichever realm: not by a class. */
function isLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
