/** The faults of outgoing messages: one row per fault. */

import type { Fault, MessageName } from './vocabulary.js';

/** What a fault does. */
export interface FaultRow {
  /** The messages that a rule with this fault may name with `on`. */
  readonly on: readonly MessageName[];
  /** The message that it changes instead of the one that the rule names. */
  readonly target?: MessageName;
  /** Number of times it is sent. Defaults to 1. */
  readonly copies?: 0 | 2;
  /** It is sent later by the rule's `delayMs`. A result already includes that in its processing time. */
  readonly isLate?: true;
  /** How its payload is damaged. */
  readonly damage?: 'corrupt' | 'malformed';
  /** The result is sent at once, before its predecessors. */
  readonly isOutOfTurn?: true;
  /** From the arrival of the fragment on, its stream gets no messages. */
  readonly silences?: true;
}

/** The six messages of PROTOCOL §3. */
export const MESSAGES = [
  'stream:ready',
  'fragment:ack',
  'fragment:processed',
  'stream:complete',
  'backpressure',
  'error',
] as const satisfies readonly MessageName[];

/** The message that a rule without `on` changes. */
export const RESULT = 'fragment:processed';
const RESULT_ALONE = [RESULT] as const;

/** The row of each fault. */
export const FAULTS = {
  drop: { on: MESSAGES, copies: 0 },
  'no-ack': { on: RESULT_ALONE, target: 'fragment:ack', copies: 0 },
  duplicate: { on: MESSAGES, copies: 2 },
  corrupt: { on: RESULT_ALONE, damage: 'corrupt' },
  late: { on: MESSAGES, isLate: true },
  'out-of-order': { on: RESULT_ALONE, isOutOfTurn: true },
  malformed: { on: MESSAGES, damage: 'malformed' },
  silence: { on: RESULT_ALONE, silences: true },
} as const satisfies Readonly<Record<Fault, FaultRow>>;

/** The faults that every message may have; the others are for `fragment:processed` alone. */
export type MessageFault = {
  [Name in Fault]: MessageName extends (typeof FAULTS)[Name]['on'][number] ? Name : never;
}[Fault];

/** The faults that send a message later, by the rule's `delayMs`. */
export type LateFault = {
  [Name in Fault]: (typeof FAULTS)[Name] extends { readonly isLate: true } ? Name : never;
}[Fault];

/** The messages that are about one fragment: a rule may choose them by that. */
export const FRAGMENT_MESSAGES = ['fragment:ack', RESULT] as const satisfies readonly MessageName[];

/** A message that is about one fragment. */
export type FragmentMessage = (typeof FRAGMENT_MESSAGES)[number];

/** How a message is sent. */
export interface Delivery {
  /** Number of times. */
  readonly copies: number;
  /** Additional delay, milliseconds. */
  readonly afterMs: number;
  readonly damage?: 'corrupt' | 'malformed';
}

const PLAIN: Delivery = { copies: 1, afterMs: 0 };

/** The row of a fault; empty for undefined. */
export function faultRow(fault: Fault | undefined): Partial<FaultRow> {
  return fault === undefined ? {} : FAULTS[fault];
}

/** How a message is sent after a hit by a rule with this fault, or without a fault. */
export function deliveryOf(name: MessageName, fault: Fault | undefined, delayMs = 0): Delivery {
  if (fault === undefined) return PLAIN;
  const { target = name, copies = 1, isLate, damage } = faultRow(fault);
  if (target !== name) return PLAIN;
  return { copies, afterMs: isLate && name !== RESULT ? delayMs : 0, ...(damage !== undefined && { damage }) };
}
