/** What `echo-sts/explore` exports: faults that nobody has thought of, found by fast-check. */

export type { FaultPlan } from '../options/fault-plan.js';
export { explore } from './explore.js';
export { faultPlans } from './fault-plans.js';
export type { FaultKind } from './kinds.js';
export type { ExploreOptions, FaultChoice, FaultChoiceByKind, FaultPlansOptions, FaultPreset } from './options.js';
export type { ExploreReport, KindCoverage } from './report.js';
export type { ExploreDetails, ExploreFunction } from './run-plan.js';
