/** Error rules and faults as a test writes them, and as the core understands them. */

import * as v from 'valibot';
import {
  closedRecord,
  countOrInfinity,
  field,
  fraction,
  integer,
  isRecord,
  nonEmptyText,
  oneOf,
  text,
  trueOrFalse,
} from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { advice } from '../checks/spelling.js';

import { ERROR_CODES, type ErrorCode, SIMULATED_ERROR_MESSAGE } from '../core/error-codes.js';

import { isErrorCode } from '../core/error-reports.js';
import { FAULTS } from '../core/faults.js';
import type { Rule, RuleConditions, RulePredicate } from '../core/rules.js';
import type { FailureForm, Fault } from '../core/vocabulary.js';

/** What goes wrong with which fragments. The first rule that matches a fragment wins (PROTOCOL §6.11). */
export type ErrorRule = FailureRule | FaultRule;

interface RuleLifetime {
  /** Which fragments: all conditions given must hold; `{}` is every fragment. Or a function that decides. */
  when: RuleConditions | RulePredicate;
  /**
   * Added to the processing delay, milliseconds.
   * @default 0
   */
  delayMs?: number;
  /**
   * The rule stops matching after so many hits.
   * @default Infinity
   */
  times?: number;
  /**
   * So many matches are let pass first.
   * @default 0
   */
  after?: number;
  /**
   * Whether `verify()` does not mind if it never hits. One with a `probability` below 1 may always miss.
   * @default false
   */
  optional?: boolean;
}

/** The fragment fails with this error. */
export interface FailureRule extends RuleLifetime {
  fault?: never;
  /** One of PROTOCOL §5, or one of your own. */
  code: ErrorCode | (string & {});
  /** @default 'Simulated error' */
  message?: string;
  /**
   * Whether the worker may send the fragment again (PROTOCOL §6.4). Required for a code of your own.
   * @default what PROTOCOL §5 says of the code
   */
  retryable?: boolean;
  /** Where in the pipeline it failed. */
  stage?: 'asr' | 'translation' | 'tts';
  /**
   * `failed`: no audio; `partial`: audio, text and the error; `error-event`: an `error` event in place of the result.
   * @default 'failed'
   */
  as?: FailureForm;
}

/** Something is done to the messages about the fragment. */
export interface FaultRule extends RuleLifetime {
  code?: never;
  /** What is done; `late` needs a `delayMs`. */
  fault: Fault;
}

/** A rule in force. */
export interface ActiveErrorRule extends Disposable {
  readonly rule: ErrorRule;
  /** How many fragments it has hit. */
  readonly hits: number;
  /** Takes it out of force; it may be called more than once. */
  remove(): void;
}

const conditions = closedRecord({
  streamId: v.optional(nonEmptyText),
  sequenceNumber: v.optional(integer(0)),
  fragmentId: v.optional(nonEmptyText),
  everyNth: v.optional(integer(1)),
  probability: v.optional(fraction),
});

const predicate = field<RulePredicate>('conditions or a function', (value) => typeof value === 'function');

const errorCode: v.GenericSchema<FailureRule['code']> = nonEmptyText;

const lifetime = {
  when: v.lazy((value) => (isRecord(value) ? conditions : predicate)),
  delayMs: v.optional(integer(0), 0),
  times: v.optional(countOrInfinity, Number.POSITIVE_INFINITY),
  after: v.optional(integer(0), 0),
  optional: v.optional(trueOrFalse),
};

const failure = v.pipe(
  closedRecord({
    ...lifetime,
    code: errorCode,
    message: v.optional(text, SIMULATED_ERROR_MESSAGE),
    retryable: v.optional(trueOrFalse),
    stage: v.optional(oneOf('asr', 'translation', 'tts')),
    as: v.optional(oneOf('failed', 'partial', 'error-event'), 'failed'),
  }),
  v.forward(
    v.check(
      ({ code, retryable }) => isErrorCode(code) || retryable !== undefined,
      ({ input: { code } }) => `expected true or false beside a \`code\` of your own, got nothing${adviceFor(code)}`,
    ),
    ['retryable'],
  ),
  v.transform(({ code, message, retryable, stage, as, delayMs, ...rest }): Rule => {
    const known = isErrorCode(code) && ERROR_CODES[code].retryable;
    const error = { code, message, retryable: retryable ?? known, ...(stage !== undefined && { stage }) };
    return { ...toLifetime(rest), consequence: { error, as, delayMs } };
  }),
);

const fault = v.pipe(
  closedRecord({ ...lifetime, fault: oneOf(...(Object.keys(FAULTS) as Fault[])) }),
  v.forward(
    v.check((rule) => rule.fault !== 'late' || rule.delayMs > 0, 'expected milliseconds > 0 for the fault "late"'),
    ['delayMs'],
  ),
  v.transform(
    ({ fault: name, delayMs, ...rest }): Rule => ({ ...toLifetime(rest), consequence: { fault: name, delayMs } }),
  ),
);

const eitherOr = field<never>('a rule with either a `code` or a `fault`', () => false);

/** A rule as a test writes it → a core Rule. */
export const errorRule = v.lazy((value) => {
  if (!isRecord(value) || 'code' in value === 'fault' in value) return eitherOr;
  return 'fault' in value ? fault : failure;
});

true satisfies Same<FailureRule, v.InferInput<typeof failure>>;
true satisfies Same<FaultRule, v.InferInput<typeof fault>>;
true satisfies Same<ErrorRule, v.InferInput<typeof errorRule>>;

/** A core Rule → as a test would write it. */
export function toErrorRule({ when, consequence, times, after, optional }: Rule): ErrorRule {
  const { error, as, fault: name, delayMs } = consequence;
  const lasting = times === Number.POSITIVE_INFINITY ? {} : { times };
  const rest = { when, delayMs, ...lasting, after, ...(optional !== undefined && { optional }) };
  if (error !== undefined) return { ...error, ...rest, ...(as !== undefined && { as }) };
  return { fault: name as Fault, ...rest };
}

function adviceFor(code: string): string {
  return advice(code, Object.keys(ERROR_CODES), (meant) => `the code "${meant}"`);
}

interface Lifetime {
  when: unknown;
  times: number;
  after: number;
  optional?: boolean | undefined;
}

/** Checked above: a function, or conditions of which none is undefined. */
function toLifetime({ when, times, after, optional }: Lifetime): Omit<Rule, 'consequence'> {
  return { when: when as Rule['when'], times, after, ...(optional !== undefined && { optional }) };
}
