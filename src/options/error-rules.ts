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
import { oneOfThese, withHint } from '../checks/finding.js';
import type { Same } from '../checks/same.js';
import { meantBy } from '../checks/spelling.js';
import { ERROR_CODES, type ErrorCode, isErrorCode, SIMULATED_ERROR_MESSAGE } from '../core/error-codes.js';
import { FAULTS, MESSAGES, RESULT } from '../core/faults.js';
import type { Rule, RuleConditions, RulePredicate } from '../core/rule.js';
import { show, showFields } from '../core/show.js';
import type { FailureForm, Fault, MessageName } from '../core/vocabulary.js';

/**
 * What goes wrong with which fragments, or with which messages. Of the rules for the same message, the first that matches
 * wins (PROTOCOL §6.11).
 */
export type ErrorRule = FailureRule | FaultRule | MessageRule;

interface RuleLifetime {
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
  on?: never;
  fault?: never;
  /** Which fragments: all conditions given must hold; `{}` is every fragment. Or a function that decides. */
  when: RuleConditions | RulePredicate;
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
  on?: never;
  code?: never;
  /** Which fragments: all conditions given must hold; `{}` is every fragment. Or a function that decides. */
  when: RuleConditions | RulePredicate;
  /** What is done; `late` needs a `delayMs`. */
  fault: Fault;
}

/** Something is done to a message of PROTOCOL §3. All else goes on as if it had been sent. */
export interface MessageRule extends RuleLifetime {
  code?: never;
  /** The message. */
  on: MessageName;
  /**
   * What is done: `drop`, `late` with a `delayMs`, `duplicate` or `malformed`. The other faults are for
   * `fragment:processed` alone.
   */
  fault: Fault;
  /**
   * Which of these messages: those of a stream, with `{ streamId }`. For `fragment:ack` and `fragment:processed` also the
   * other conditions, or a function that decides.
   * @default {}
   */
  when?: RuleConditions | RulePredicate;
}

/** A rule in force. */
export interface ActiveErrorRule extends Disposable {
  readonly rule: ErrorRule;
  /** How many fragments, or messages, it has hit. */
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

export const errorCode: v.GenericSchema<FailureRule['code']> = nonEmptyText;

const when = v.lazy((value) => (isRecord(value) ? conditions : predicate));
const faultName = oneOf(...(Object.keys(FAULTS) as Fault[]));

const lifetime = {
  delayMs: v.optional(integer(0), 0),
  times: v.optional(countOrInfinity, Number.POSITIVE_INFINITY),
  after: v.optional(integer(0), 0),
  optional: v.optional(trueOrFalse),
};

const failure = v.pipe(
  closedRecord({
    when,
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
      ({ input: { code } }) => retryableExpected(code),
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
  closedRecord({ when, ...lifetime, fault: faultName }),
  v.forward(
    v.check(
      (rule) => rule.fault !== 'late' || rule.delayMs > 0,
      ({ input: { delayMs } }) => lateExpected(delayMs),
    ),
    ['delayMs'],
  ),
  v.transform(
    ({ fault: name, delayMs, ...rest }): Rule => ({ ...toLifetime(rest), consequence: { fault: name, delayMs } }),
  ),
);

const message = v.pipe(
  closedRecord({ on: oneOf(...MESSAGES), when: v.optional(when, {}), ...lifetime, fault: faultName }),
  v.forward(
    v.check(
      ({ on, fault }) => FAULTS[fault].on.includes(on),
      ({ input: { on, fault } }) => `expected ${faultsOn(on)} with \`on\` ${show(on)}, got ${show(fault)}`,
    ),
    ['fault'],
  ),
  v.forward(
    v.check(
      ({ on, when }) => isOfFragment(on) || isOfStream(when),
      ({ input: { on, when } }) => `expected { streamId } or nothing with \`on\` ${show(on)}, got ${written(when)}`,
    ),
    ['when'],
  ),
  v.forward(
    v.check(
      ({ on, fault, delayMs }) => (fault === 'late' ? delayMs > 0 : on === RESULT || delayMs === 0),
      ({ input: { on, fault, delayMs } }) =>
        fault === 'late'
          ? lateExpected(delayMs)
          : `expected nothing with \`on\` ${show(on)} and the fault ${show(fault)}, got ${delayMs}; it goes with the fault "late"`,
    ),
    ['delayMs'],
  ),
  v.transform(
    ({ on, fault, delayMs, ...rest }): Rule => ({ ...toLifetime(rest), on, consequence: { fault, delayMs } }),
  ),
);

/** Of which a rule has one. */
const KINDS = ['code', 'fault'];

const eitherOr = v.custom<never>(
  () => false,
  ({ input }) => {
    const came = !isRecord(input) ? show(input) : 'code' in input ? 'both' : 'neither';
    const names = came === 'neither' ? Object.keys(Object(input)) : [];
    const misspelt = names.find((name) => meantBy(name, KINDS) !== undefined);
    return withHint(misspelt, KINDS, `expected a rule with either a \`code\` or a \`fault\`, got ${came}`);
  },
);
const withFault = v.custom<never>(
  () => false,
  'expected a `fault` with `on`, got a `code`: leave `on` out, for only a result can fail with a code',
);

/** A rule as a test writes it → a core Rule. */
export const errorRule = v.lazy((value) => {
  if (!isRecord(value) || 'code' in value === 'fault' in value) return eitherOr;
  if ('on' in value) return 'fault' in value ? message : withFault;
  return 'fault' in value ? fault : failure;
});

true satisfies Same<FailureRule, v.InferInput<typeof failure>>;
true satisfies Same<FaultRule, v.InferInput<typeof fault>>;
true satisfies Same<MessageRule, v.InferInput<typeof message>>;
true satisfies Same<ErrorRule, v.InferInput<typeof errorRule>>;

/** A core Rule → as a test would write it. */
export function toErrorRule({ on, when, consequence, times, after, optional }: Rule): ErrorRule {
  const { error, as, fault: name, delayMs } = consequence;
  const lasting = times === Number.POSITIVE_INFINITY ? {} : { times };
  const rest = { when, delayMs, ...lasting, after, ...(optional !== undefined && { optional }) };
  if (error !== undefined) return { ...error, ...rest, ...(as !== undefined && { as }) };
  const faulty = { fault: name as Fault, ...rest };
  return on === undefined ? faulty : { ...faulty, on };
}

/** What is wrong where a custom code comes without `retryable`; it may be one of PROTOCOL §5 misspelt. */
export function retryableExpected(code: string): string {
  return withHint(
    code,
    Object.keys(ERROR_CODES),
    `expected true or false with the custom code ${show(code)}, got nothing`,
  );
}

function lateExpected(delayMs: number): string {
  return `expected milliseconds > 0 for the fault "late", got ${delayMs}`;
}

/** The names of the faults that can be done to this message. */
function faultsOn(on: MessageName): string {
  const rows = Object.entries(FAULTS).filter(([, row]) => row.on.includes(on));
  return oneOfThese(rows.map(([name]) => name));
}

/** Whether the message is about one fragment: it can be chosen by that. */
function isOfFragment(on: MessageName): boolean {
  return on === RESULT || on === 'fragment:ack';
}

function isOfStream(when: unknown): boolean {
  return typeof when === 'object' && when !== null && Object.keys(when).every((name) => name === 'streamId');
}

function written(when: unknown): string {
  return typeof when === 'object' && when !== null ? showFields(when) : show(when);
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
