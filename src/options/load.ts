/** The processing delay and the backpressure as a test writes them, and as the core understands them. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { closedRecord, field, integer, isRecord } from '../checks/fields.js';
import { type BackpressurePlan, DEFAULT_LOAD_LEVELS } from '../core/backpressure.js';
import { MAX_DELAY_MS } from '../core/delay.js';
import type { DelayPlan } from '../core/vocabulary.js';
import { DEFAULT_LEVELS } from './defaults.js';
import type { BackpressureOption } from './options.js';

export const delay = field<DelayPlan>(
  `an integer from 0 to ${MAX_DELAY_MS}, { min, max } with min ≤ max, { p50, p99 } with 0 < p50 ≤ p99, or a function`,
  isDelay,
);
const onOrOff = field<boolean>('true, false or { low, medium, high }', (value) => typeof value === 'boolean');
export const backpressure = v.lazy((value) => (isRecord(value) ? levels : onOrOff));
const levels = v.pipe(
  closedRecord({
    low: v.optional(share(), DEFAULT_LEVELS.low),
    medium: v.optional(share(), DEFAULT_LEVELS.medium),
    high: v.optional(share(), DEFAULT_LEVELS.high),
    recommendedDelayMs: v.optional(integer(0)),
  }),
  v.check(
    ({ low, medium, high }) => low <= medium && medium <= high,
    ({ input: { low, medium, high } }) => `expected low ≤ medium ≤ high, got ${low}, ${medium}, ${high}`,
  ),
);

/** Checks the argument of `setDelay`; throws an `EchoStsError` (`INVALID_OPTION`). */
export function toDelay(value: DelayPlan): DelayPlan {
  return checked('delayMs', delay, value);
}

/** Checks the argument of `setBackpressure`; throws an `EchoStsError` (`INVALID_OPTION`). */
export function toBackpressurePlan(value: BackpressureOption): BackpressurePlan {
  return toPlan(checked('backpressure', backpressure, value));
}

/** The checked option as the core understands it. */
export function toPlan(value: boolean | v.InferOutput<typeof levels>): BackpressurePlan {
  if (value === false) return { kind: 'off' };
  return value === true
    ? DEFAULT_LOAD_LEVELS
    : { kind: 'load', ...value, recommendedDelayMs: value.recommendedDelayMs };
}

function isDelay(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return v.is(integer(0, MAX_DELAY_MS), value);
  const { min, max, p50, p99 } = value as Record<string, unknown>;
  const isSpread = isOrdered(min, max) && p50 === undefined && p99 === undefined;
  const isLogNormal = isOrdered(p50, p99) && p50 !== 0 && min === undefined && max === undefined;
  return isSpread || isLogNormal;
}

function isOrdered(low: unknown, high: unknown): boolean {
  return v.is(integer(0, MAX_DELAY_MS), low) && v.is(integer(0, MAX_DELAY_MS), high) && low <= high;
}

/** A share of `max_inflight`. */
function share() {
  return field<number>('a number > 0', (value) => typeof value === 'number' && value > 0);
}
