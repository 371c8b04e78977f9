/** Plans as an arbitrary, for the properties that users write. */

import type { Arbitrary } from 'fast-check';
import type { FaultPlan } from '../options/fault-plan.js';
import { assemble } from './assemble.js';
import { fastCheck } from './fast-check.js';
import { type FaultPlansOptions, toPlansSettings } from './options.js';
import { partsOf } from './parts.js';

/**
 * Returns an arbitrary of fast-check that draws plans and shrinks them: options of `createEchoSts`. Each part of a plan is
 * `optional`. Throws an `EchoStsError`: `INVALID_OPTION`, or `MISSING_PACKAGE` without the package `fast-check`.
 *
 * @example
 * await fc.assert(
 *   fc.asyncProperty(faultPlans({ fragments: 6 }), async (plan) => {
 *     await using sts = await createEchoSts({ conduct: 'strict', ...plan });
 *     await runMyWorker({ url: sts.url, streamId: 'stream-1' });
 *   }),
 * );
 */
export function faultPlans(options: FaultPlansOptions = {}): Arbitrary<FaultPlan> {
  const { fragments, ...settings } = toPlansSettings(options);
  const shape = { fragments, completes: true };
  return partsOf(fastCheck(), { ...settings, shape, hasRealTime: true }).map(
    (parts) => assemble(parts, settings.retries).plan,
  );
}
