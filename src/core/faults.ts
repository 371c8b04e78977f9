/** What can be done to a message on its way out: one row per fault. */

import type { Fault, MessageName } from './vocabulary.js';

/** What a fault does. */
export interface FaultRow {
  /** The messages that a rule with this fault may name with `on`. */
  readonly on: readonly MessageName[];
  /** The message that it changes in place of the one that the rule names. */
  readonly target?: MessageName;
  /** How often it is sent: once when absent. */
  readonly copies?: 0 | 2;
  /** It is sent later by the rule's `delayMs`. A result has waited for that in its turn already. */
  readonly isLate?: true;
  /** What is done to its payload. */
  readonly damage?: 'corrupt' | 'malformed';
  /** The result comes out at once, before its predecessors. */
  readonly isOutOfTurn?: true;
  /** From the arrival of the fragment on, its stream gets nothing at all. */
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

/** What a rule changes that names no message. */
export const RESULT = 'fragment:processed';
const RESULT_ALONE = [RESULT] as const;

/** Each fault that a rule may name. */
export const FAULTS: Readonly<Record<Fault, FaultRow>> = {
  drop: { on: MESSAGES, copies: 0 },
  'no-ack': { on: RESULT_ALONE, target: 'fragment:ack', copies: 0 },
  duplicate: { on: MESSAGES, copies: 2 },
  corrupt: { on: RESULT_ALONE, damage: 'corrupt' },
  late: { on: MESSAGES, isLate: true },
  'out-of-order': { on: RESULT_ALONE, isOutOfTurn: true },
  malformed: { on: MESSAGES, damage: 'malformed' },
  silence: { on: RESULT_ALONE, silences: true },
};

/** How a message is sent. */
export interface Delivery {
  /** How often. */
  readonly copies: number;
  /** How much later, milliseconds. */
  readonly afterMs: number;
  readonly damage?: 'corrupt' | 'malformed';
}

const PLAIN: Delivery = { copies: 1, afterMs: 0 };

/** The row of a fault, or of none. */
export function faultRow(fault: Fault | undefined): Partial<FaultRow> {
  return fault === undefined ? {} : FAULTS[fault];
}

/** How a message is sent that a rule with this fault, or with none, has hit. */
export function deliveryOf(name: MessageName, fault: Fault | undefined, delayMs = 0): Delivery {
  if (fault === undefined) return PLAIN;
  const { target = name, copies = 1, isLate, damage } = FAULTS[fault];
  if (target !== name) return PLAIN;
  return { copies, afterMs: isLate && name !== RESULT ? delayMs : 0, ...(damage !== undefined && { damage }) };
}
