/** Which faults of a plan have happened. Pure. */

import type { EchoStsOptions } from '../options/options.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { type DrawnPlan, isList, type PlanFault } from './assemble.js';
import type { FaultOutcome } from './report.js';
import type { RunRecord } from './run-plan.js';

/** One for each fault of the plan. `echoSts` are the options that each fixture has anyway. */
export function faultOutcomes({ plan, faults }: DrawnPlan, seen: RunRecord, echoSts: EchoStsOptions): FaultOutcome[] {
  return faults.map((each) => ({ kind: each.kind, hasHappened: hasHappened(each) }));

  function hasHappened({ option, index }: PlanFault): boolean {
    if (isList(option)) return isHit(seen, echoSts, option, index ?? 0);
    return WITHOUT_LIST[option](seen.entries, plan.capacity ?? Number.POSITIVE_INFINITY);
  }
}

/** Whether that entry of a list of the plan has happened: those that each fixture has anyway come first. */
export function isHit(
  { hits }: Pick<RunRecord, 'hits'>,
  echoSts: EchoStsOptions,
  option: keyof RunRecord['hits'],
  index: number,
): boolean {
  const own = echoSts[option]?.length ?? 0;
  return (hits[option][own + index] ?? 0) > 0;
}

type WithoutList = 'delayMs' | 'capacity' | 'backpressure';

const WITHOUT_LIST: Readonly<Record<WithoutList, (entries: readonly TimelineEntry[], capacity: number) => boolean>> = {
  delayMs: (entries) =>
    entries.some(({ event, payload }) => event === 'fragment:processed' && payload.processing_time_ms > 0),
  capacity: (entries, capacity) => mostInflight(entries) > capacity,
  backpressure: (entries) => entries.some(({ event }) => event === 'backpressure'),
};

/** The most fragments of a session that were in flight at the same time (PROTOCOL §6.1). */
function mostInflight(entries: readonly TimelineEntry[]): number {
  const inflight = new Map<string | undefined, number>();
  let most = 0;
  for (const { event, direction, sessionId } of entries) {
    const change = event === 'fragment:ack' && direction === 'out' ? 1 : event === 'fragment:processed' ? -1 : 0;
    const now = (inflight.get(sessionId) ?? 0) + change;
    inflight.set(sessionId, now);
    most = Math.max(most, now);
  }
  return most;
}
