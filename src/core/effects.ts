/** Effects: which are sent to the worker, in which order, and in reply to which input. */

import { MESSAGES } from './faults.js';
import type { Disconnect, Effect, NamedMessage } from './protocol.js';

/** The kinds of effects that are not messages. */
const NOT_SENT = ['disconnect', 'restart', 'claim', 'rule', 'gap', 'violation'] as const;

type NotSent = (typeof NOT_SENT)[number];

/** Whether the effect is a message to send to the worker (PROTOCOL §3). */
export function isMessage(effect: Effect): effect is Exclude<Effect, { readonly kind: NotSent }> {
  return !(NOT_SENT as readonly string[]).includes(effect.kind);
}

/** Whether the effect is one of the six messages that a rule may name. */
export function isNamed(effect: Effect): effect is Effect & NamedMessage {
  return (MESSAGES as readonly string[]).includes(effect.kind);
}

/** Inserts the violations after the decisions and before the messages. */
export function beforeMessages(violations: readonly Effect[], effects: readonly Effect[]): readonly Effect[] {
  if (violations.length === 0) return effects;
  const first = effects.findIndex(isMessage);
  const at = first === -1 ? effects.length : first;
  return [...effects.slice(0, at), ...violations, ...effects.slice(at)];
}

/**
 * Marks each effect as the reply to the input with this id, unless it replies to another. Nobody else may hold them
 * yet.
 */
export function inReplyTo(id: number | undefined, effects: readonly Effect[]): readonly Effect[] {
  if (id === undefined) return effects;
  // Changed in place: copying every message of every fragment would cost the most time of all steps.
  for (const effect of effects) (effect as { inReplyTo?: number }).inReplyTo ??= id;
  return effects;
}

/** A disconnect by the service: after the linger of PROTOCOL §3, after a fatal error, or on request. */
export function hangUp(reason: string): Disconnect {
  return { kind: 'disconnect', how: 'server-disconnect', reason };
}
