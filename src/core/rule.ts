/** A rule: which fragments or messages it matches, and what it does to them (PROTOCOL §6.11). Types only. */

import type { SessionSnapshot } from './snapshot.js';
import type { FailureForm, Fault, Fragment, FragmentError, MessageName } from './vocabulary.js';

/** Which fragments a rule matches. A fragment must meet every condition given. */
export interface RuleConditions {
  /** Only fragments of this stream. */
  readonly streamId?: string;
  /** Only the fragment with this number. */
  readonly sequenceNumber?: number;
  /** Only the fragment with this id. */
  readonly fragmentId?: string;
  /** Every Nth fragment that arrives on a stream, retries included, counted from 1. */
  readonly everyNth?: number;
  /** Only that attempt at a fragment: 1 for the first, 2 for its first retry (PROTOCOL §6.4). */
  readonly attempt?: number;
  /** 0–1, drawn from the seed for each arrival. */
  readonly probability?: number;
}

/** A function that decides which fragments a rule matches. */
export type RulePredicate = (fragment: Fragment, session: SessionSnapshot) => boolean;

/** One rule, with all defaults filled in. */
export interface Rule {
  /** The message that it changes. Defaults to the result of the fragment. */
  readonly on?: MessageName;
  readonly when: RuleConditions | RulePredicate;
  readonly consequence: Consequence;
  /** Maximum number of hits, after which it stops matching; Infinity: no limit. */
  readonly times: number;
  /** Number of matches to skip first. */
  readonly after: number;
  /** Whether verification ignores a rule that never hits. */
  readonly optional?: boolean;
}

/** What a rule does to a fragment, or to a message. */
export interface Consequence {
  /** The error that the result carries; absent: the result is a success. */
  readonly error?: FragmentError;
  /**
   * `failed`: in place of the audio; `partial`: in addition to it; `error-event`: as an `error` in place of the result.
   */
  readonly as?: FailureForm;
  /** What happens to the messages about it. */
  readonly fault?: Fault;
  /** Added to the processing delay, milliseconds. */
  readonly delayMs: number;
}

/** A fragment that has just been accepted, and its place in the stream. */
export interface Arrival {
  readonly fragment: Fragment;
  /** 1 for the first attempt, 2 for the first retry, and so on. */
  readonly attempt: number;
  /** Number of fragments that have arrived on this stream, including retries and this one. */
  readonly count: number;
  /** The session as it is now. */
  readonly snapshot: () => SessionSnapshot;
}

/** What the rules are matched against: a fragment on its arrival, or a stream. */
export type Subject = Arrival | { readonly streamId: string };

/** An active rule and its number of hits. */
export interface RuleEntry {
  /** From 1, in the order in which rules were added. */
  readonly number: number;
  readonly rule: Rule;
  readonly hits: number;
}
