/**
 * All outgoing messages pass here. Only here are rules, silence and cuts applied to them. After a cut that ends the
 * communication, nothing is sent.
 */

import type { ActionBook } from './actions.js';
import { CUT_FORMS, type CutPhase } from './cut-forms.js';
import { isMessage, isNamed } from './effects.js';
import { type Delivery, deliveryOf, RESULT } from './faults.js';
import type { Policy } from './policy.js';
import type { Because, Disconnect, Effect, Message, NamedMessage, Reply } from './protocol.js';
import type { RuleEntry } from './rule.js';
import { firstMatch } from './rules.js';
import type { MessageName } from './vocabulary.js';

/** An effect and when it is sent. */
export interface Outgoing {
  readonly at: number;
  readonly effect: Effect;
}

/** A message that is withheld, delayed or damaged, as it was before the rules for its stream. */
export interface Spoilt {
  readonly message: NamedMessage;
  readonly isDamaged: boolean;
}

type Put = (at: number, effect: Effect) => void;

/** The messages about a stream as a whole. Rules for messages about a fragment are matched on its arrival. */
const OF_STREAM: readonly MessageName[] = ['stream:ready', 'stream:complete', 'backpressure', 'error'];

/** The cut phases before and after each message; other messages have none. */
const PHASES: Readonly<Partial<Record<Message['kind'], { before?: CutPhase; after?: CutPhase }>>> = {
  'stream:ready': { before: 'before-ready', after: 'after-ready' },
  'fragment:ack': { after: 'after-ack' },
  'fragment:processed': { before: 'before-processed', after: 'after-processed' },
  'stream:complete': { before: 'before-complete' },
};

export class Outlet {
  readonly #policy: Policy;
  #isSilent = false;
  #isClosed = false;
  #isDisturbed = false;

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Whether the fault `silence` withholds all messages of the stream. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Whether a cut has ended the communication: nothing is received or sent any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the service has interfered with the connection, which may be the reason why it is lost. */
  get isDisturbed(): boolean {
    return this.#isDisturbed;
  }

  /** From now on the worker gets no messages. */
  silence(): void {
    this.#isSilent = true;
  }

  /**
   * Applies rules to the messages. Returns what is sent now, what later, and what the worker may not receive as
   * intended.
   */
  change(
    effects: readonly Effect[],
    streamId: string,
    now: number,
  ): { prompt: Effect[]; delayed: Outgoing[]; spoilt: Spoilt[] } {
    const prompt: Effect[] = [];
    const delayed: Outgoing[] = [];
    const spoilt: Spoilt[] = [];
    let lastAt = now;
    const put = (at: number, effect: Effect) => (at > now ? delayed.push({ at, effect }) : prompt.push(effect));
    for (const effect of effects) {
      // A disconnect must not overtake the message before it.
      if (!isNamed(effect)) put(effect.kind === 'disconnect' ? lastAt : now, effect);
      else lastAt = this.#change(effect, streamId, now, put, spoilt);
    }
    return { prompt, delayed, spoilt };
  }

  /** Returns the effects to carry out now: without messages if the stream is silent, and with cuts inserted. */
  pass(effects: readonly Effect[], streamId: string): Effect[] {
    if (this.#isClosed || effects.length === 0) return [];
    const audible = this.#isSilent ? effects.filter((effect) => !isMessage(effect)) : effects;
    const woven = insertCuts(this.#policy.actionBooks, audible, streamId);
    const last = woven.findIndex((effect) => this.#endsTalk(effect));
    if (last === -1) return woven;
    this.#isClosed = true;
    return woven.slice(0, last + 1);
  }

  /** The cut that is planned for this phase, if any. */
  cut(phase: CutPhase, streamId: string | undefined): Effect[] {
    const cut = cutAt(this.#policy.actionBooks, phase, streamId);
    return cut === undefined ? [] : [cut];
  }

  /** Matches the rules and adds the rule's note and each copy of the message. Returns when the copies are sent. */
  #change(message: NamedMessage & Reply, streamId: string, now: number, put: Put, spoilt: Spoilt[]): number {
    const isAsked = !this.#isSilent && OF_STREAM.includes(message.kind);
    const entry = isAsked ? firstMatch(this.#policy.ruleBooks, message.kind, { streamId }) : undefined;
    if (entry !== undefined) put(now, noteOf(entry, message));
    const changed = entry === undefined ? message : { ...message, because: becauseOf(entry) };
    const { because } = changed;
    const { copies, afterMs, damage } = deliveryOf(message.kind, because?.fault, because?.delayMs);
    if (copies === 0 || afterMs > 0 || damage !== undefined) spoilt.push({ message, isDamaged: damage !== undefined });
    const copy = damaged(changed, damage);
    for (let count = 0; count < copies; count += 1) put(now + afterMs, copy);
    return now + afterMs;
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

function noteOf(rule: RuleEntry, { kind, inReplyTo }: NamedMessage & Reply): Effect {
  return { kind: 'rule', rule, on: kind, ...(inReplyTo !== undefined && { inReplyTo }) };
}

/** Corrupt audio loses its digest, which no longer matches. */
function damaged(message: NamedMessage & Reply, damage: Delivery['damage']): NamedMessage & Reply {
  if (damage === undefined) return message;
  return damage === 'corrupt' && message.kind === RESULT
    ? { ...message, damage, audioDigest: undefined }
    : { ...message, damage };
}

/** Inserts the planned cuts into the effects. A cut that ends the communication drops all effects after it. */
export function insertCuts(books: readonly ActionBook[], effects: readonly Effect[], streamId: string): Effect[] {
  if (books.every(({ isEmpty }) => isEmpty)) return [...effects];
  const woven: Effect[] = [];
  for (const effect of effects) {
    for (const step of around(books, effect, streamId)) {
      woven.push(step);
      if (step.kind === 'disconnect' && CUT_FORMS[step.how].endsTalk) return woven;
    }
  }
  return woven;
}

/** The effect of the first cut that is planned for this point, in the order of the books. */
function cutAt(
  books: readonly ActionBook[],
  at: CutPhase,
  streamId: string | undefined,
  sequenceNumber?: number,
): Disconnect | undefined {
  for (const book of books) {
    const how = book.match(at, streamId, sequenceNumber);
    if (how !== undefined) return { kind: 'disconnect', how, reason: `cut: ${how}`, cut: at };
  }
  return undefined;
}

/** A cut before or after a message replies to the same input. */
function* around(books: readonly ActionBook[], effect: Effect, streamId: string): Generator<Effect> {
  const { before, after } = isMessage(effect) ? (PHASES[effect.kind] ?? {}) : {};
  const sequenceNumber = 'sequenceNumber' in effect ? effect.sequenceNumber : undefined;
  const reply = effect.inReplyTo === undefined ? {} : { inReplyTo: effect.inReplyTo };
  const cutBefore = before && cutAt(books, before, streamId, sequenceNumber);
  if (cutBefore !== undefined) yield { ...cutBefore, ...reply };
  yield effect;
  const cutAfter = after && cutAt(books, after, streamId, sequenceNumber);
  if (cutAfter !== undefined) yield { ...cutAfter, ...reply };
}
