/** Error rules and faults as a test writes them: types only. What cannot go together has no type. */

import type { ErrorCode } from '../core/error-codes.js';
import type { FragmentMessage, LateFault, MessageFault } from '../core/faults.js';
import type { RuleConditions, RulePredicate } from '../core/rule.js';
import type { FailureForm, Fault, MessageName } from '../core/vocabulary.js';

// The compiler explains what is wrong by the last of the types that come near: what is written most often stands last.

/**
 * What goes wrong with which fragments, or with which messages: a `code` or a `fault`, never both. Of the rules for the same
 * message, the first that matches wins (PROTOCOL §6.11).
 */
export type ErrorRule = MessageRule | FaultRule | FailureRule;

/** The fragment fails with this error: a code of PROTOCOL §5, or a custom one with `retryable`. */
export type FailureRule = CustomFailureRule | ProtocolFailureRule;

/** Something is done to the messages about the fragment. The fault `late` requires `delayMs`. */
export type FaultRule = PromptFaultRule | DelayedFaultRule;

/**
 * Something is done to a message of PROTOCOL §3. Everything else goes on as if it had been sent. Which faults and conditions
 * there are depends on the message.
 */
export type MessageRule =
  | ResultMessageRule
  | AckMessageRule
  | LateFragmentMessageRule
  | LateStreamMessageRule
  | StreamMessageRule;

/** How long a rule is in force. */
export interface RuleLifetime {
  /**
   * The rule stops matching after that many hits.
   * @default Infinity
   */
  times?: number;
  /**
   * That many matches are let pass first.
   * @default 0
   */
  after?: number;
  /**
   * Whether `verify()` accepts that it never hits. One with a `probability` below 1 may always miss.
   * @default false
   */
  optional?: boolean;
}

/** What every rule that makes fragments fail may have. */
export interface FailureRuleFields extends RuleLifetime {
  on?: never;
  /** A rule has a `code` or a `fault`, never both. */
  fault?: never;
  /** Which fragments: all conditions given must hold; `{}` is every fragment. Or a function that decides. */
  when: RuleConditions | RulePredicate;
  /**
   * Added to the processing delay, milliseconds.
   * @default 0
   */
  delayMs?: number;
  /** @default 'Simulated error' */
  message?: string;
  /** Where in the pipeline it failed. */
  stage?: 'asr' | 'translation' | 'tts';
  /**
   * `failed`: no audio; `partial`: audio, text and the error; `error-event`: an `error` event in place of the result.
   * @default 'failed'
   */
  as?: FailureForm;
}

/** The fragment fails with a code of PROTOCOL §5. */
export interface ProtocolFailureRule extends FailureRuleFields {
  /** One of PROTOCOL §5. */
  code: ErrorCode;
  /**
   * Whether the worker may send the fragment again (PROTOCOL §6.4).
   * @default what PROTOCOL §5 says of the code
   */
  retryable?: boolean;
}

/** The fragment fails with a custom code. */
export interface CustomFailureRule extends FailureRuleFields {
  /** Any other text. */
  code: string & {};
  /** Required with a custom code: whether the worker may send the fragment again (PROTOCOL §6.4). */
  retryable: boolean;
}

interface FaultRuleFields extends RuleLifetime {
  on?: never;
  /** A rule has a `code` or a `fault`, never both. */
  code?: never;
  /** Which fragments: all conditions given must hold; `{}` is every fragment. Or a function that decides. */
  when: RuleConditions | RulePredicate;
}

/** Any fault but `late`. */
export interface PromptFaultRule extends FaultRuleFields {
  /** What is done. */
  fault: Exclude<Fault, LateFault>;
  /**
   * Added to the processing delay, milliseconds.
   * @default 0
   */
  delayMs?: number;
}

/** Any fault with a delay. */
export interface DelayedFaultRule extends FaultRuleFields {
  /** What is done. */
  fault: Fault;
  /** Added to the processing delay, milliseconds. Required with `late`, and above 0. */
  delayMs: number;
}

interface MessageRuleFields extends RuleLifetime {
  /** Only a result can fail with a code: leave `on` out. */
  code?: never;
}

interface FragmentMessageRuleFields extends MessageRuleFields {
  /**
   * Which of these messages: all conditions given must hold; `{}` is every one. Or a function that decides.
   * @default {}
   */
  when?: RuleConditions | RulePredicate;
}

interface StreamMessageRuleFields extends MessageRuleFields {
  /** The message. */
  on: Exclude<MessageName, FragmentMessage>;
  /**
   * Of which stream; any when left out.
   * @default {}
   */
  when?: StreamConditions;
}

/** Which messages of a stream a rule is for. */
export interface StreamConditions {
  /** Only messages of this stream. */
  readonly streamId?: string;
}

/** Something is done to `fragment:processed`: any fault but `late`. */
export interface ResultMessageRule extends FragmentMessageRuleFields {
  /** The message. */
  on: 'fragment:processed';
  /** What is done. */
  fault: Exclude<Fault, LateFault>;
  /**
   * Added to the processing delay, milliseconds.
   * @default 0
   */
  delayMs?: number;
}

/** Something is done to `fragment:ack`. */
export interface AckMessageRule extends FragmentMessageRuleFields {
  /** The message. */
  on: 'fragment:ack';
  /** What is done. */
  fault: Exclude<MessageFault, LateFault>;
  /** Only for the fault `late`. */
  delayMs?: 0;
}

/** A `fragment:ack` or `fragment:processed` comes later. */
export interface LateFragmentMessageRule extends FragmentMessageRuleFields {
  /** The message. */
  on: FragmentMessage;
  /** What is done. */
  fault: LateFault;
  /** Required, and above 0: how much later, milliseconds. */
  delayMs: number;
}

/** Something is done to a message that is not about one fragment. */
export interface StreamMessageRule extends StreamMessageRuleFields {
  /** What is done. */
  fault: Exclude<MessageFault, LateFault>;
  /** Only for the fault `late`. */
  delayMs?: 0;
}

/** A message that is not about one fragment comes later. */
export interface LateStreamMessageRule extends StreamMessageRuleFields {
  /** What is done. */
  fault: LateFault;
  /** Required, and above 0: how much later, milliseconds. */
  delayMs: number;
}

/** A rule in force. */
export interface ActiveErrorRule extends Disposable {
  readonly rule: ErrorRule;
  /** How many fragments, or messages, it has hit. */
  readonly hits: number;
  /** Takes it out of force; it may be called more than once. */
  remove(): void;
}
