/** What an exploration says in another way to a test and to the program: how a plan is written down, and what to do. Pure. */

import type { FaultPlan } from '../options/fault-plan.js';
import type { EchoStsOptions } from '../options/options.js';
import { planAsCode } from './code.js';

export interface Wording {
  /** The options of a fixture with that plan. */
  readonly plan: (echoSts: EchoStsOptions, plan: FaultPlan) => string;
  /** How to pass a seed and a path. */
  readonly pass: (seed: number, path: string) => string;
  /** What to do where no fragment came. */
  readonly connect: string;
}

/** For a test that calls `explore`. */
export const TEST_WORDING: Wording = {
  plan: planAsCode,
  pass: (seed, path) => `{ seed: ${seed}, path: '${path}' }`,
  connect: 'connect it to `sts.url`, and return a promise that resolves when it has finished',
};
