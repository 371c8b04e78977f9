/** The messages between control client and fixture: a call, and its reply. */

import * as v from 'valibot';
import type { EchoStsErrorCode } from '../checks/errors.js';
import { closedRecord, integer, listOf, text } from '../checks/fields.js';
import type { Kind } from './members.js';

/** Must be the same on both sides. */
export const CONTROL_VERSION = 1;

/** An object that later calls name as `on`. */
export interface Reference {
  readonly kind: Kind;
  readonly id: string;
  /** The snapshot, for a session. */
  readonly value?: unknown;
}

/** The reply to a call: one of these fields, or none for `undefined`. */
export interface Answer {
  readonly value?: unknown;
  readonly ref?: Reference;
  readonly refs?: readonly Reference[];
  readonly error?: { readonly code: EchoStsErrorCode; readonly message: string };
}

/** A call of a client. */
export const callSchema = closedRecord({
  on: text,
  name: text,
  args: v.optional(listOf(v.unknown(), 'arguments'), []),
  number: v.optional(integer(1)),
  seen: v.optional(listOf(integer(1), 'numbers'), []),
});
export type Call = v.InferOutput<typeof callSchema>;
