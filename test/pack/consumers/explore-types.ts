/** What `echo-sts/explore` exports, as the compiler sees it. */

import { createEchoSts } from 'echo-sts';
import { type ExploreReport, explore, type FaultPlan, faultPlans } from 'echo-sts/explore';
import fc from 'fast-check';

export async function main(): Promise<void> {
  const report: ExploreReport = await explore(
    async (sts, { plan, signal }) => {
      signal.addEventListener('abort', () => {});
      await sts.waitFor('stream:complete', { where: { total_fragments: (plan.cuts ?? []).length } });
    },
    { runs: 5, faults: { preset: 'survivable', drop: true, reset: false }, coverage: 'strict' },
  );
  for (const { kind, planned, happened } of report.kinds) process.stdout.write(`${kind} ${planned - happened}\n`);
  const [plan] = fc.sample(faultPlans({ fragments: 3, retries: 2 }), 1);
  const isPlan: FaultPlan = plan ?? {};
  await using sts = await createEchoSts({ ...isPlan, conduct: 'strict' });
  sts.apply({ delayMs: 5, signals: [{ at: 'after-ack', severity: 'high', action: 'pause', releaseAfterMs: 5 }] });
  // @ts-expect-error: no kind of fault.
  await explore(async () => {}, { faults: { dorp: true } });
  // @ts-expect-error: a preset.
  await explore(async () => {}, { faults: 'friendly' });
}
