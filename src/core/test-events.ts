/** How the test-only events change a session, its server and other sessions (PROTOCOL §2, §6.13). */

import type { Policy } from './policy.js';
import type { Effect, Refusal } from './protocol.js';
import { noSuchStream } from './refusals.js';
import type { RuleBook } from './rules.js';
import type { Schedule } from './schedule.js';
import type { SessionSettings } from './settings.js';
import type { TestEvent } from './test-event.js';

/** What a test-only event may change. */
export interface Reach {
  readonly settings: SessionSettings;
  readonly policy: Policy;
  /** Re-evaluates backpressure (PROTOCOL §6.6). */
  readonly pace: (now: number) => Effect[];
  readonly schedule: Schedule;
  /** The stream of the connection; empty before `stream:init`. */
  readonly streamId: string;
}

/** Returns the reply and what follows at once, or the refusal. */
export function carryOut(input: TestEvent, reach: Reach, now: number): Effect[] | Refusal {
  switch (input.kind) {
    case 'config:error_simulation':
      return simulateErrors(input, reach);
    case 'config:processing_delay':
      reach.policy.setDelay('stream', input.delayMs);
      return [{ kind: 'config:processing_delay:ack', status: 'accepted', delayMs: input.delayMs }];
    case 'config:backpressure':
      reach.policy.setBackpressure('stream', input.plan);
      return [{ kind: 'config:backpressure:ack', status: 'accepted' }, ...reach.pace(now)];
    case 'simulate:disconnect': {
      const { delayMs, reason = 'simulated disconnect' } = input;
      reach.schedule.hangUpAt(now + delayMs, reason);
      const message = `The server closes this connection in ${delayMs} ms.`;
      return [{ kind: 'simulate:disconnect:ack', status: 'scheduled', disconnectAtMs: now + delayMs, message }];
    }
  }
}

/** PROTOCOL §6.13. */
function simulateErrors(
  { rules, scope, streamId }: TestEvent & { kind: 'config:error_simulation' },
  reach: Reach,
): Effect[] | Refusal {
  const book = scope === 'server' ? reach.settings.rules : rulesOf(streamId, reach);
  if (book === undefined) return noSuchStream(streamId);
  book.clear();
  // Optional: the sender is not the test that verifies whether all rules have hit.
  for (const rule of rules) book.add({ ...rule, optional: true });
  return [{ kind: 'config:error_simulation:ack', status: 'accepted', rulesCount: rules.length }];
}

function rulesOf(
  streamId: string | undefined,
  { settings, policy, streamId: ownStreamId }: Reach,
): RuleBook | undefined {
  if (streamId !== undefined && streamId !== ownStreamId) return settings.rulesOf(streamId);
  return ownStreamId === '' ? undefined : policy.rules;
}
