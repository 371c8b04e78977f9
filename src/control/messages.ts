/** What control client and fixture say to each other: a call, and its answer. */

import * as v from 'valibot';
import type { EchoStsErrorCode } from '../checks/errors.js';
import { closedRecord, integer, listOf, text } from '../checks/fields.js';
import type { Kind } from './members.js';

/** Has to be the same on both sides. */
export const CONTROL_VERSION = 1;

/** An object, to be named as `on` by later calls. */
export interface Reference {
  readonly kind: Kind;
  readonly id: string;
  /** Of a session: the snapshot. */
  readonly value?: unknown;
}

/** What a call is answered with: one of these, or nothing at all for `undefined`. */
export interface Answer {
  readonly value?: unknown;
  readonly ref?: Reference;
  readonly refs?: readonly Reference[];
  readonly error?: { readonly code: EchoStsErrorCode; readonly message: string };
}

/** What a client asks for. */
export const callSchema = closedRecord({
  on: text,
  name: text,
  args: v.optional(listOf(v.unknown(), 'arguments'), []),
  number: v.optional(integer(1)),
  seen: v.optional(listOf(integer(1), 'numbers'), []),
});
export type Call = v.InferOutput<typeof callSchema>;
