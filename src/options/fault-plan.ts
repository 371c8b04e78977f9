/** A plan: everything that a run does to a worker, as one JSON value. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { closedRecord, countOrInfinity, listOf } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { errorRule } from './error-rules.js';
import { backpressure, delay } from './load.js';
import type { EchoStsOptions } from './options.js';
import { plannedCut, plannedRefusal, plannedRestart, plannedSignal } from './planned.js';

/**
 * What a run does to a worker: options of `createEchoSts` that are plain JSON. Pass it to `createEchoSts`, write it into a
 * file for `--config`, or give it to `apply` of a running fixture.
 */
export interface FaultPlan
  extends Pick<
    EchoStsOptions,
    'delayMs' | 'capacity' | 'backpressure' | 'errorRules' | 'cuts' | 'refusals' | 'restarts' | 'signals'
  > {}

/** The schema of each part. */
export const PLAN_PARTS = {
  delayMs: delay,
  capacity: countOrInfinity,
  backpressure,
  errorRules: listOf(errorRule, 'rules'),
  cuts: listOf(plannedCut, 'cuts'),
  refusals: listOf(plannedRefusal, 'refusals'),
  restarts: listOf(plannedRestart, 'restarts'),
  signals: listOf(plannedSignal, 'signals'),
};

const faultPlan = closedRecord({
  delayMs: v.optional(PLAN_PARTS.delayMs),
  capacity: v.optional(PLAN_PARTS.capacity),
  backpressure: v.optional(PLAN_PARTS.backpressure),
  errorRules: v.optional(PLAN_PARTS.errorRules, []),
  cuts: v.optional(PLAN_PARTS.cuts, []),
  refusals: v.optional(PLAN_PARTS.refusals, []),
  restarts: v.optional(PLAN_PARTS.restarts, []),
  signals: v.optional(PLAN_PARTS.signals, []),
});

true satisfies Same<FaultPlan, v.InferInput<typeof faultPlan>>;

/** Throws an `EchoStsError` (`INVALID_OPTION`) that names everything that is wrong. */
export function checkPlan(plan: FaultPlan) {
  return checked('plan', faultPlan, plan);
}
