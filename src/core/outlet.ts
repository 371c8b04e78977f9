/**
 * All outgoing messages pass here. Only here are rules, silence and planned actions applied to them. After a restart,
 * or a cut that ends the communication, nothing is sent.
 */

import { type ActionBook, actionsAt, type Cut, type Restart, type Signal } from './actions.js';
import { CUT_FORMS, type CutPhase } from './cut-forms.js';
import { isMessage, isNamed } from './effects.js';
import { type Delivery, deliveryOf, RESULT } from './faults.js';
import type { Policy } from './policy.js';
import type { Because, Disconnect, Effect, Message, NamedMessage, Reply, ServerRestart } from './protocol.js';
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

/** A `backpressure` message that is about to be sent. */
export type SentSignal = Message & Reply & { readonly kind: 'backpressure' };

/** The stream whose messages are sent, and when. */
export interface Sending {
  readonly streamId: string;
  readonly now: number;
}

/** Who makes the messages of planned signals. */
export interface Signaller {
  /** Returns the effects of the signal, in reply to the same input as the message before or after it. */
  signal(signal: Signal, reply: Reply, sending: Sending): readonly Effect[];
  /** Returns the message as it is sent now: a signal that was decided later may have been sent before it. */
  inOrder(message: SentSignal, sending: Sending): Effect;
}

type Put = (at: number, effect: Effect) => void;

/** The messages about a stream as a whole. Rules for messages about a fragment are matched on its arrival. */
const OF_STREAM: readonly MessageName[] = ['stream:ready', 'stream:complete', 'backpressure', 'error'];

/** The phases before and after each message; other messages have none. */
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

  /** Returns the effects to carry out now: without messages if the stream is silent, and with the planned actions. */
  pass(effects: readonly Effect[], sending: Sending, signaller: Signaller): Effect[] {
    if (this.#isClosed || effects.length === 0) return [];
    const audible = this.#isSilent ? effects.filter((effect) => !isMessage(effect)) : effects;
    const passed: Effect[] = [];
    for (const effect of withActions(this.#policy.actionBooks, audible, sending, signaller)) {
      passed.push(effect);
      this.#interfere(effect);
      if (this.#isClosed) break;
    }
    return passed;
  }

  /** The cut or restart that is planned for this phase, if any. */
  breakAt(at: 'connect' | 'now', streamId: string | undefined): Effect[] {
    const actions = actionsAt(this.#policy.actionBooks, { at, streamId });
    return actions.filter((action) => action.kind !== 'signal').map(breakageOf);
  }

  /** Matches the rules and adds the rule's note and each copy of the message. Returns when the copies are sent. */
  #change(message: NamedMessage & Reply, streamId: string, now: number, put: Put, spoilt: Spoilt[]): number {
    const isAsked = !this.#isSilent && OF_STREAM.includes(message.kind);
    const entry = isAsked ? firstMatch(this.#policy.ruleBooks, message.kind, { streamId }) : undefined;
    if (entry !== undefined) put(now, noteOf(entry, message));
    const changed = entry === undefined ? message : { ...message, because: becauseOf(entry, message.because) };
    const { because } = changed;
    const { copies, afterMs, damage } = deliveryOf(message.kind, because?.fault, because?.delayMs);
    if (copies === 0 || afterMs > 0 || damage !== undefined) spoilt.push({ message, isDamaged: damage !== undefined });
    const copy = damaged(changed, damage);
    for (let count = 0; count < copies; count += 1) put(now + afterMs, copy);
    return now + afterMs;
  }

  #interfere(effect: Effect): void {
    if (effect.kind !== 'disconnect' && effect.kind !== 'restart') return;
    this.#isDisturbed = true;
    if (effect.kind === 'restart' || CUT_FORMS[effect.how].endsTalk) this.#isClosed = true;
  }
}

function becauseOf(entry: RuleEntry, { plan }: Because = {}): Because {
  const { fault, delayMs } = entry.rule.consequence;
  const own = { ...(delayMs > 0 && { delayMs }), rule: entry, ...(fault !== undefined && { fault }) };
  return plan === undefined ? own : { ...own, plan };
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

/** The effects with the planned actions. An action is counted only when it is reached. */
export function withActions(
  books: readonly ActionBook[],
  effects: readonly Effect[],
  sending: Sending,
  signaller: Signaller,
): Iterable<Effect> {
  return books.every(({ isEmpty }) => isEmpty) ? effects : weave(books, effects, sending, signaller);
}

function* weave(
  books: readonly ActionBook[],
  effects: readonly Effect[],
  sending: Sending,
  signaller: Signaller,
): Generator<Effect> {
  for (const effect of effects) {
    const { before, after } = isMessage(effect) ? (PHASES[effect.kind] ?? {}) : {};
    if (before !== undefined) yield* acted(books, before, effect, sending, signaller);
    yield effect.kind === 'backpressure' ? signaller.inOrder(effect, sending) : effect;
    if (after !== undefined) yield* acted(books, after, effect, sending, signaller);
  }
}

/** The actions before or after a message, in reply to the same input. */
function* acted(
  books: readonly ActionBook[],
  at: CutPhase,
  message: Effect,
  sending: Sending,
  signaller: Signaller,
): Generator<Effect> {
  const sequenceNumber = 'sequenceNumber' in message ? message.sequenceNumber : undefined;
  const reply = message.inReplyTo === undefined ? {} : { inReplyTo: message.inReplyTo };
  for (const action of actionsAt(books, { at, streamId: sending.streamId, sequenceNumber })) {
    if (action.kind === 'signal') yield* signaller.signal(action, reply, sending);
    else yield { ...breakageOf(action), ...reply };
  }
}

/** What ends or disturbs the connection. */
function breakageOf(action: Cut | Restart): Disconnect | ServerRestart {
  const { at } = action;
  if (action.kind === 'restart') return { kind: 'restart', downForMs: action.downForMs, at };
  return { kind: 'disconnect', how: action.how, reason: `cut: ${action.how}`, cut: at };
}
