/**
 * The callbacks that a worker passes with its events (PROTOCOL §6.12). Each is called once: with the direct reply when
 * that is first sent, with the error, or with `{}` if the event has no reply. It is never called when a rule withholds
 * the reply.
 */

import { LazyMap } from '../core/lazy-tables.js';
import type { Effect, Message, RuleNote } from '../core/protocol.js';

type Acknowledge = (payload: object) => void;

interface Pending {
  readonly acknowledge: Acknowledge;
  /** The direct reply to the event, if any. */
  readonly answeredBy: Message['kind'] | undefined;
}

/**
 * Maximum number of pending callbacks. Over it the oldest are forgotten, so that a worker cannot fill the memory of the
 * test.
 */
const MOST_PENDING = 10_000;

export class Acknowledgements {
  /** By the id of the input, oldest first. */
  readonly #pending = new LazyMap<number, Pending>();

  /** Whether a callback may have to be called. */
  get isWaiting(): boolean {
    return this.#pending.size > 0;
  }

  add(id: number, acknowledge: Acknowledge, answeredBy: Message['kind'] | undefined): void {
    this.#pending.set(id, { acknowledge, answeredBy });
    if (this.#pending.size <= MOST_PENDING) return;
    const [oldest] = this.#pending.keys();
    if (oldest !== undefined) this.#pending.delete(oldest);
  }

  /** A message has been sent. */
  sent(message: Effect & Message, payload: object): void {
    const { inReplyTo: id } = message;
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (id === undefined || pending === undefined) return;
    if (isRefusal(message)) pending.acknowledge({ error: payload });
    else if (message.kind === pending.answeredBy) pending.acknowledge(payload);
    else return;
    this.#pending.delete(id);
  }

  /** All immediate effects of an input are carried out. Callbacks whose reply is sent later stay. */
  settle(id: number, effects: readonly Effect[]): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const { answeredBy, acknowledge } = pending;
    const rule = effects.find((effect) => isRuleOnAnswer(effect, id, answeredBy));
    const isLate = rule?.rule.rule.consequence.fault === 'late';
    if (isLate || (answeredBy === 'stream:complete' && rule === undefined)) return;
    this.#pending.delete(id);
    if (rule === undefined && answeredBy === undefined) acknowledge({});
  }

  /** Forgets all callbacks: earlier events get no reply any more. */
  clear(): void {
    this.#pending.clear();
  }
}

/** Whether an error is a refusal. An error in place of a result does not reply to the fragment. */
function isRefusal(message: Message): boolean {
  if (message.kind !== 'error') return false;
  const rule = message.because?.rule?.rule;
  return rule === undefined || rule.on === 'error';
}

/** Whether a rule has changed the direct reply to the input. */
function isRuleOnAnswer(
  effect: Effect,
  id: number,
  answeredBy: Message['kind'] | undefined,
): effect is RuleNote & Effect {
  return effect.kind === 'rule' && effect.inReplyTo === id && (effect.on === answeredBy || effect.on === 'error');
}
