/** What a session tells besides its messages: what it decided, and what the worker did wrong. */

import type { Message, StreamInput } from './protocol.js';
import type { RuleEntry } from './rules.js';
import type { ViolationKind } from './violations.js';

/** One remark, to be read before the effects that were returned with it. */
export type Note =
  | ViolationNote
  /** An error rule has hit a fragment. */
  | {
      readonly kind: 'rule';
      readonly rule: RuleEntry;
      readonly fragmentId: string;
      readonly sequenceNumber: number;
    }
  /** A gap has been waited for long enough (PROTOCOL §6.3), or `stream:end` has closed it (§6.8). */
  | { readonly kind: 'gap'; readonly missingSequenceNumbers: readonly number[] };

/** A violation as the core tells it. */
export interface ViolationNote {
  readonly kind: 'violation';
  readonly violation: ViolationKind;
  /** One sentence: what was expected, what came, what to do. */
  readonly message: string;
  readonly fragmentId?: string;
  readonly sequenceNumber?: number;
  /** The event, said or heard before, that makes it one: the newest of that name is part of the evidence. */
  readonly since?: Message['kind'] | StreamInput['kind'];
}

const NONE: readonly Note[] = Object.freeze([]);
/** More than any input brings about: reached only where nobody takes the notes. */
const LIMIT = 1000;

/** The notes that nobody has taken yet: the oldest go first where there are too many. */
export class Notes {
  #notes: Note[] = [];

  add(note: Note): void {
    this.#notes.push(note);
    if (this.#notes.length > LIMIT) this.#notes.shift();
  }

  /** Those since the last call, oldest first. */
  take(): readonly Note[] {
    if (this.#notes.length === 0) return NONE;
    const taken = this.#notes;
    this.#notes = [];
    return taken;
  }
}
