/** The kinds of faults that a plan can have, and which of them a correct worker gets through. Tables. */

import { CUT_FORMS, type CutForm } from '../core/cut-forms.js';
import { ERROR_CODES, type ErrorCode } from '../core/error-codes.js';
import { FAULTS } from '../core/faults.js';
import type { Fault } from '../core/vocabulary.js';

/**
 * A kind of fault: the code of a failed fragment (PROTOCOL §5), a fault of a message, a form of cut, or `delay`, `capacity`,
 * `backpressure`, `refusal` or `restart`.
 */
export type FaultKind = ErrorCode | Fault | CutForm | 'delay' | 'capacity' | 'backpressure' | 'refusal' | 'restart';

/** A kind that is neither a code, nor a fault of a message, nor a cut. */
export type OtherKind = Exclude<FaultKind, ErrorCode | Fault | CutForm>;

/** The faults of messages that a correct worker gets through. */
const SURVIVABLE_FAULTS: readonly Fault[] = ['late', 'duplicate'];
/** The cuts that a worker notices at once. */
const SURVIVABLE_CUTS: readonly CutForm[] = ['server-disconnect', 'transport-close', 'reset'];

export const CODE_KINDS = Object.keys(ERROR_CODES) as readonly ErrorCode[];
export const MESSAGE_KINDS = Object.keys(FAULTS) as readonly Fault[];
export const CUT_KINDS = Object.keys(CUT_FORMS) as readonly CutForm[];
export const OTHER_KINDS = [
  'delay',
  'capacity',
  'backpressure',
  'refusal',
  'restart',
] as const satisfies readonly OtherKind[];

/** All kinds, in the order in which reports list them. */
export const FAULT_KINDS: readonly FaultKind[] = [...CODE_KINDS, ...MESSAGE_KINDS, ...CUT_KINDS, ...OTHER_KINDS];

const SURVIVABLE: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...CODE_KINDS.filter((code) => ERROR_CODES[code].retryable),
  ...SURVIVABLE_FAULTS,
  ...SURVIVABLE_CUTS,
  ...OTHER_KINDS,
]);

/** Whether a correct worker gets every fragment through, whatever of this kind happens. */
export function isSurvivable(kind: FaultKind): boolean {
  return SURVIVABLE.has(kind);
}
