/** What a rule is: which fragments or messages it is for, and what it does to them (PROTOCOL §6.11). Types only. */

import type { SessionSnapshot } from './snapshot.js';
import type { FailureForm, Fault, Fragment, FragmentError, MessageName } from './vocabulary.js';

/** Which fragments a rule is for: all that is given must hold. */
export interface RuleConditions {
  /** Only fragments of this stream. */
  readonly streamId?: string;
  /** Only the fragment with this number. */
  readonly sequenceNumber?: number;
  /** Only the fragment with this id. */
  readonly fragmentId?: string;
  /** Every Nth fragment that arrives on a stream, retries included, counted from 1. */
  readonly everyNth?: number;
  /** 0–1, drawn from the seed for each arrival. */
  readonly probability?: number;
}

/** Decides for itself which fragments a rule is for. */
export type RulePredicate = (fragment: Fragment, session: SessionSnapshot) => boolean;

/** One rule, complete. */
export interface Rule {
  /** The message that it changes; absent: the result of the fragment. */
  readonly on?: MessageName;
  readonly when: RuleConditions | RulePredicate;
  readonly consequence: Consequence;
  /** It stops matching after so many hits; Infinity for a rule without end. */
  readonly times: number;
  /** So many matches are let pass first. */
  readonly after: number;
  /** Whether it is all the same if it never hits. */
  readonly optional?: boolean;
}

/** What a rule does to a fragment, or to a message. */
export interface Consequence {
  /** How the result comes out; absent when it is a success. */
  readonly error?: FragmentError;
  /** `failed`: in place of the audio; `partial`: beside it; `error-event`: as an `error` in place of the result. */
  readonly as?: FailureForm;
  /** What is done to the messages about it. */
  readonly fault?: Fault;
  /** Added to the processing delay, milliseconds. */
  readonly delayMs: number;
}

/** A fragment that has just been taken, and its place in the stream. */
export interface Arrival {
  readonly fragment: Fragment;
  /** 1, and one more for each retry. */
  readonly attempt: number;
  /** How many fragments have arrived on this stream, retries and this one included. */
  readonly count: number;
  /** The session as it is now. */
  readonly snapshot: () => SessionSnapshot;
}

/** What a message is about for which a rule is looked for: a fragment on its arrival, or a stream. */
export type Subject = Arrival | { readonly streamId: string };

/** A rule in force, as it stands. */
export interface RuleEntry {
  /** In the order of their adding, from 1. */
  readonly number: number;
  readonly rule: Rule;
  readonly hits: number;
}
