/**
 * The callbacks that a worker passes with its events (PROTOCOL §6.12). Each is called once: with the direct answer when that
 * is first sent, with the error, or with `{}` where nothing answers the event. It is never called when a rule withholds the
 * answer.
 */

import type { Effect, Message, RuleNote } from '../core/protocol.js';

type Acknowledge = (payload: object) => void;

interface Pending {
  readonly acknowledge: Acknowledge;
  /** What answers the event directly; undefined when nothing does. */
  readonly answeredBy: Message['kind'] | undefined;
}

/** Beyond so many that wait for a late answer, the oldest are forgotten: a worker must not fill the memory of the test. */
const MOST_PENDING = 10_000;

export class Acknowledgements {
  /** By the id of the input, oldest first. */
  readonly #pending = new Map<number, Pending>();

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

  /** All has been done that follows at once from an input: those stay whose answer comes later. */
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

  /** Nothing will be answered any more that came before. */
  clear(): void {
    this.#pending.clear();
  }
}

/** An error in place of a result is no answer to the fragment. */
function isRefusal(message: Message): boolean {
  if (message.kind !== 'error') return false;
  const rule = message.because?.rule?.rule;
  return rule === undefined || rule.on === 'error';
}

/** Whether a rule has changed the direct answer to the input. */
function isRuleOnAnswer(
  effect: Effect,
  id: number,
  answeredBy: Message['kind'] | undefined,
): effect is RuleNote & Effect {
  return effect.kind === 'rule' && effect.inReplyTo === id && (effect.on === answeredBy || effect.on === 'error');
}
