/** How a result reaches the worker when a rule has something else in mind than the plain truth: one row per fault. */

import type { Message, Processed } from './protocol.js';
import type { Fault } from './vocabulary.js';

/** What a fault does, and when. */
interface FaultRow {
  /** What is said in place of the acknowledgement; absent: the acknowledgement. */
  readonly ack?: (ack: Message) => Message[];
  /** What is said in place of the result; absent: the result. */
  readonly result?: (result: Processed) => Message[];
  /** Comes out at once, before its predecessors. */
  readonly isOutOfTurn?: true;
  /** From its arrival on the stream gets nothing at all. */
  readonly silences?: true;
}

/** Each fault that an error rule may name, and what it makes of the acknowledgement and the result. */
export const FAULTS: Readonly<Record<Fault, FaultRow>> = {
  drop: { result: () => [] },
  'no-ack': { ack: () => [] },
  duplicate: { result: (result) => [result, result] },
  corrupt: { result: ({ audioDigest: _, ...result }) => [{ ...result, damage: 'corrupt' }] },
  // Its delay is the rule's `delayMs`.
  late: {},
  'out-of-order': { isOutOfTurn: true },
  malformed: { result: (result) => [{ ...result, damage: 'malformed' }] },
  silence: { silences: true },
};

/** The row of a fault, or of none. */
export function faultRow(fault: Fault | undefined): FaultRow {
  return fault === undefined ? {} : FAULTS[fault];
}
