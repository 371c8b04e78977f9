/**
 * The one way out. What rules make of a message, silence and cuts are applied here, to any message, and nowhere else. Once
 * the talk has ended, nothing gets out.
 */

import { CUT_FORMS, type CutPhase } from './cut-forms.js';
import { isMessage, isNamed } from './effects.js';
import { type Delivery, deliveryOf, RESULT } from './faults.js';
import { cutAt, insertCuts } from './planned-cuts.js';
import type { Policy } from './policy.js';
import type { Because, Effect, NamedMessage, Reply } from './protocol.js';
import type { RuleEntry } from './rule.js';
import { firstMatch } from './rules.js';
import type { MessageName } from './vocabulary.js';

/** An effect and when it is to get out. */
export interface Outgoing {
  readonly at: number;
  readonly effect: Effect;
}

/** The messages that are about a stream as a whole. Rules for those about a fragment were asked when it arrived. */
const OF_STREAM = {
  'stream:ready': true,
  'stream:complete': true,
  backpressure: true,
  error: true,
} satisfies Partial<Record<MessageName, true>>;

export class Outlet {
  readonly #policy: Policy;
  #isSilent = false;
  #isClosed = false;
  #isDisturbed = false;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Whether a rule has cut the stream off from all messages. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Whether a cut has ended the talk: the worker is neither heard nor answered any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the service has done anything at all to the connection: it may be lost for that. */
  get isDisturbed(): boolean {
    return this.#isDisturbed;
  }

  /** From now on the worker gets no message. */
  silence(): void {
    this.#isSilent = true;
  }

  /** What rules make of the messages, and when each gets out. */
  change(effects: readonly Effect[], streamId: string, now: number): Outgoing[] {
    const outgoing: Outgoing[] = [];
    let lastAt = now;
    for (const effect of effects) {
      // The end that follows a message does not overtake it.
      const at = effect.kind === 'disconnect' ? lastAt : now;
      const changed = isNamed(effect) ? this.#changed(effect, streamId, now) : [{ at, effect }];
      outgoing.push(...changed);
      lastAt = changed.at(-1)?.at ?? now;
    }
    return outgoing;
  }

  /** What is done now: of a silent stream no messages, and cuts in their places. */
  pass(effects: readonly Effect[], streamId: string): Effect[] {
    if (this.#isClosed || effects.length === 0) return [];
    const audible = this.#isSilent ? effects.filter((effect) => !isMessage(effect)) : effects;
    const woven = insertCuts(this.#policy.cutBooks, audible, streamId);
    const last = woven.findIndex((effect) => this.#endsTalk(effect));
    if (last === -1) return woven;
    this.#isClosed = true;
    return woven.slice(0, last + 1);
  }

  /** The cut that is planned for this moment, if one is. */
  cut(phase: CutPhase, streamId: string | undefined): Effect[] {
    const cut = cutAt(this.#policy.cutBooks, phase, streamId);
    return cut === undefined ? [] : [cut];
  }

  /** Each copy of the message that gets out, behind the note of the rule that is asked for here. */
  #changed(message: NamedMessage & Reply, streamId: string, now: number): Outgoing[] {
    const isAsked = !this.#isSilent && Object.hasOwn(OF_STREAM, message.kind);
    const entry = isAsked ? firstMatch(this.#policy.ruleBooks, message.kind, { streamId }) : undefined;
    if (entry === undefined) return copiesOf(message, now);
    const { inReplyTo } = message;
    const note = {
      kind: 'rule',
      rule: entry,
      on: message.kind,
      ...(inReplyTo !== undefined && { inReplyTo }),
    } as const;
    return [{ at: now, effect: note }, ...copiesOf({ ...message, because: becauseOf(entry) }, now)];
  }

  #endsTalk(effect: Effect): boolean {
    if (effect.kind !== 'disconnect') return false;
    this.#isDisturbed = true;
    return CUT_FORMS[effect.how].endsTalk;
  }
}

function becauseOf(entry: RuleEntry): Because {
  const { fault, delayMs } = entry.rule.consequence;
  return { ...(delayMs > 0 && { delayMs }), rule: entry, ...(fault !== undefined && { fault }) };
}

function copiesOf(message: NamedMessage & Reply, now: number): Outgoing[] {
  const { kind, because } = message;
  if (because === undefined) return [{ at: now, effect: message }];
  const { copies, afterMs, damage } = deliveryOf(kind, because.fault, because.delayMs);
  const copy = { at: now + afterMs, effect: damaged(message, damage) };
  return Array.from({ length: copies }, () => copy);
}

/** The audio of a corrupt one is not what its digest says. */
function damaged(message: NamedMessage & Reply, damage: Delivery['damage']): NamedMessage & Reply {
  if (damage === undefined) return message;
  return damage === 'corrupt' && message.kind === RESULT
    ? { ...message, damage, audioDigest: undefined }
    : { ...message, damage };
}
