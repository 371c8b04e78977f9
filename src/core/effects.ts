/** Effects: what is sent to the worker, and what is not; in which order, and in reply to what. */

import { MESSAGES } from './faults.js';
import type { Disconnect, Effect, NamedMessage } from './protocol.js';

/** The kinds of what is no message. */
const NOT_SENT = ['disconnect', 'claim', 'rule', 'gap', 'violation'] as const;

type NotSent = (typeof NOT_SENT)[number];

/** Whether the effect is a message to send to the worker (PROTOCOL §3). */
export function isMessage(effect: Effect): effect is Exclude<Effect, { readonly kind: NotSent }> {
  return !(NOT_SENT as readonly string[]).includes(effect.kind);
}

/** Whether it is one of the six messages that a rule may name. */
export function isNamed(effect: Effect): effect is Effect & NamedMessage {
  return (MESSAGES as readonly string[]).includes(effect.kind);
}

/** With what the worker did wrong in their midst: behind what was decided, and before what is said. */
export function beforeMessages(violations: readonly Effect[], effects: readonly Effect[]): readonly Effect[] {
  if (violations.length === 0) return effects;
  const first = effects.findIndex(isMessage);
  const at = first === -1 ? effects.length : first;
  return [...effects.slice(0, at), ...violations, ...effects.slice(at)];
}

/** The same, which nobody else has yet, each in reply to the input with this id, unless it is in reply to another one. */
export function inReplyTo(id: number | undefined, effects: readonly Effect[]): readonly Effect[] {
  if (id === undefined) return effects;
  // Not copied: a copy of every message of every fragment would be the dearest step of all.
  for (const effect of effects) (effect as { inReplyTo?: number }).inReplyTo ??= id;
  return effects;
}

/** The end of a connection that the service decides on: after the linger of PROTOCOL §3, a fatal error, or when told to. */
export function hangUp(reason: string): Disconnect {
  return { kind: 'disconnect', how: 'server-disconnect', reason };
}
