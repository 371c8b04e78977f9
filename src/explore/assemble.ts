/** The parts of a plan → the plan, without what a correct worker could not get through. Pure. */

import { ERROR_CODES, isErrorCode } from '../core/error-codes.js';
import type { FaultPlan } from '../options/fault-plan.js';
import type { FaultKind } from './kinds.js';
import type { Part } from './parts.js';

/** A fault of a plan, and where the plan has it. */
export interface PlanFault {
  readonly kind: FaultKind;
  readonly option: keyof FaultPlan;
  /** In the list of the option; undefined for an option without a list. */
  readonly index: number | undefined;
}

/** A plan, and where each of its faults is. */
export interface DrawnPlan {
  readonly plan: FaultPlan;
  readonly faults: readonly PlanFault[];
}

/** The options that are lists. */
export const LISTS = [
  'errorRules',
  'cuts',
  'refusals',
  'restarts',
  'signals',
] as const satisfies readonly (keyof FaultPlan)[];

/** The options after which a worker has to connect again. */
const LOSING: readonly (keyof FaultPlan)[] = ['cuts', 'refusals', 'restarts'];

/**
 * A plan of these parts. At most `retries` failures in a row of one fragment, `retries` + 1 lost or refused connections, and
 * one value for an option without a list: parts over that are left out.
 */
export function assemble(parts: readonly Part[], retries: number): DrawnPlan {
  const kept = withinRetries(withinLosses(parts, retries + 1), retries);
  const plan: Record<string, unknown> = {};
  const faults: PlanFault[] = [];
  for (const { kind, option, value } of kept) {
    if (isList(option)) {
      const list = [...((plan[option] as unknown[] | undefined) ?? []), value];
      plan[option] = list;
      faults.push({ kind, option, index: list.length - 1 });
    } else if (plan[option] === undefined) {
      plan[option] = value;
      faults.push({ kind, option, index: undefined });
    }
  }
  const [delayMs] = kept.flatMap((part) => part.delayMs ?? []);
  if (delayMs !== undefined) plan['delayMs'] ??= delayMs;
  return { plan: plan as FaultPlan, faults };
}

/** Whether the option is a list of what happens. */
export function isList(option: keyof FaultPlan): option is (typeof LISTS)[number] {
  return LISTS.some((list) => list === option);
}

function withinLosses(parts: readonly Part[], most: number): Part[] {
  let losses = 0;
  return parts.filter(({ option }) => !LOSING.includes(option) || ++losses <= most);
}

/**
 * A worker counts the failures of a piece of audio, which has another number after a lost connection: then all failures of the
 * plan may meet the same one.
 */
function withinRetries(parts: readonly Part[], retries: number): Part[] {
  const hasLoss = parts.some(({ option }) => LOSING.includes(option));
  const ofNumber = new Map<number, number>();
  let ofAll = 0;
  return parts.filter((part) => {
    const failure = failureOf(part);
    if (failure === undefined) return true;
    const number = hasLoss ? undefined : failure.number;
    const added = hasLoss ? failure.hits : failure.inRow;
    const ofOne = number === undefined ? Math.max(0, ...ofNumber.values()) : (ofNumber.get(number) ?? 0);
    if (ofAll + ofOne + added > retries) return false;
    if (number === undefined) ofAll += added;
    else ofNumber.set(number, ofOne + added);
    return true;
  });
}

/** A rule that makes fragments fail so that the worker sends them again. Without a number, it meets each once. */
function failureOf({ option, value }: Part): { number: number | undefined; inRow: number; hits: number } | undefined {
  if (option !== 'errorRules' || value.code === undefined || value.as === 'partial') return undefined;
  const isRetryable = value.retryable ?? (isErrorCode(value.code) && ERROR_CODES[value.code].retryable);
  if (!isRetryable || typeof value.when !== 'object') return undefined;
  const { times = 1 } = value;
  const { sequenceNumber } = value.when;
  return { number: sequenceNumber, inRow: sequenceNumber === undefined ? 1 : times, hits: times };
}
