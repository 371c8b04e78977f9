/** Error rules and faults as a test writes them, and as the core understands them. */

import * as v from 'valibot';
import {
  absent,
  closedRecord,
  countOrInfinity,
  field,
  fraction,
  integer,
  isRecord,
  nonEmptyText,
  oneOf,
  text,
  together,
  trueOrFalse,
} from '../checks/fields.js';
import { oneOfThese, withHint } from '../checks/finding.js';
import type { Merged, Same } from '../checks/same.js';
import { meantBy } from '../checks/spelling.js';
import { ERROR_CODES, isErrorCode, SIMULATED_ERROR_MESSAGE } from '../core/error-codes.js';
import { FAULTS, type FaultRow, FRAGMENT_MESSAGES, faultRow, MESSAGES, RESULT } from '../core/faults.js';
import type { Rule, RulePredicate } from '../core/rule.js';
import { show, showFields } from '../core/show.js';
import type { Fault, MessageName } from '../core/vocabulary.js';
import type { ErrorRule, FailureRule, FaultRule, MessageRule } from './rule-types.js';

const conditions = closedRecord({
  streamId: v.optional(nonEmptyText),
  sequenceNumber: v.optional(integer(0)),
  fragmentId: v.optional(nonEmptyText),
  everyNth: v.optional(integer(1)),
  attempt: v.optional(integer(1)),
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
    fault: absent,
    on: absent,
  }),
  together('retryable', (fields) => retryableExpected(fields)),
  v.transform(({ code, message, retryable, stage, as, delayMs, ...rest }): Rule => {
    const known = isErrorCode(code) && ERROR_CODES[code].retryable;
    const error = { code, message, retryable: retryable ?? known, ...(stage !== undefined && { stage }) };
    return { ...toLifetime(rest), consequence: { error, as, delayMs } };
  }),
);

const fault = v.pipe(
  closedRecord({ when, ...lifetime, fault: faultName, code: absent, on: absent }),
  together('delayMs', ({ fault, delayMs }) => (isLate(fault) && delayMs === 0 ? lateExpected(delayMs) : undefined)),
  v.transform(
    ({ fault: name, delayMs, ...rest }): Rule => ({ ...toLifetime(rest), consequence: { fault: name, delayMs } }),
  ),
);

const message = v.pipe(
  closedRecord({ on: oneOf(...MESSAGES), when: v.optional(when, {}), ...lifetime, fault: faultName, code: absent }),
  together('fault', ({ on, fault }) =>
    faultRow(fault).on?.includes(on) === true
      ? undefined
      : `expected ${faultsOn(on)} with \`on\` ${show(on)}, got ${show(fault)}`,
  ),
  together('when', ({ on, when }) =>
    isOfFragment(on) || isOfStream(when)
      ? undefined
      : `expected { streamId } or nothing with \`on\` ${show(on)}, got ${written(when)}`,
  ),
  together('delayMs', ({ on, fault, delayMs }) => {
    if (isLate(fault)) return delayMs === 0 ? lateExpected(delayMs) : undefined;
    if (on === RESULT || delayMs === 0) return undefined;
    return `expected nothing with \`on\` ${show(on)} and the fault ${show(fault)}, got ${delayMs}; it goes with the fault "late"`;
  }),
  v.transform(
    ({ on, fault, delayMs, ...rest }): Rule => ({ ...toLifetime(rest), on, consequence: { fault, delayMs } }),
  ),
);

/** Whether the rule says so: a field that is undefined is left out. */
function has(rule: object, name: keyof Merged<ErrorRule>): boolean {
  return Reflect.get(rule, name) !== undefined;
}

/** Of which a rule has one. */
const KINDS = ['code', 'fault'];

const eitherOr = v.custom<never>(
  () => false,
  ({ input }) => {
    const came = !isRecord(input) ? show(input) : has(input, 'code') ? 'both' : 'neither';
    const names = came === 'neither' ? Object.keys(Object(input)) : [];
    const misspelt = names.find((name) => meantBy(name, KINDS) !== undefined);
    return withHint(misspelt, KINDS, `expected a rule with either a \`code\` or a \`fault\`, got ${came}`);
  },
);
const withFault = v.custom<never>(
  () => false,
  'expected a `fault` with `on`, got a `code`: leave `on` out, for only a result can fail with a code',
);

/** A rule as a test writes it → a core Rule. The compiler takes less than the schemas, whose checks say what goes together. */
export const errorRule = v.lazy((value) => {
  if (!isRecord(value) || has(value, 'code') === has(value, 'fault')) return eitherOr;
  if (has(value, 'on')) return has(value, 'fault') ? message : withFault;
  return has(value, 'fault') ? fault : failure;
}) as unknown as v.GenericSchema<ErrorRule, Rule>;

true satisfies Same<Merged<FailureRule>, v.InferInput<typeof failure>>;
true satisfies Same<Merged<FaultRule>, v.InferInput<typeof fault>>;
// All but `when`: the compiler and a separate check know which conditions it may have.
true satisfies Same<Omit<Merged<MessageRule>, 'when'>, Omit<v.InferInput<typeof message>, 'when'>>;

/** A core Rule → as a test would write it. */
export function toErrorRule({ on, when, consequence, times, after, optional }: Rule): ErrorRule {
  const { error, as, fault: name, delayMs } = consequence;
  const lasting = times === Number.POSITIVE_INFINITY ? {} : { times };
  const rest = { when, delayMs, ...lasting, after, ...(optional !== undefined && { optional }) };
  if (error !== undefined) return { ...error, ...rest, ...(as !== undefined && { as }) };
  // Checked when it was added: these go together.
  return { fault: name, ...rest, ...(on !== undefined && { on }) } as ErrorRule;
}

/** What is wrong where a custom code comes without `retryable`; it may be one of PROTOCOL §5 misspelt. */
export function retryableExpected({
  code,
  retryable,
}: {
  readonly code: string;
  readonly retryable?: boolean | undefined;
}): string | undefined {
  if (isErrorCode(code) || retryable !== undefined) return undefined;
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
  const rows = Object.entries<FaultRow>(FAULTS).filter(([, row]) => row.on.includes(on));
  return oneOfThese(rows.map(([name]) => name));
}

function isLate(fault: Fault): boolean {
  return faultRow(fault).isLate === true;
}

/** Whether the message is about one fragment: it can be chosen by that. */
function isOfFragment(on: MessageName): boolean {
  return FRAGMENT_MESSAGES.some((message) => message === on);
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
