/** `Rule` on the wire (PROTOCOL §2) → a core Rule. */

import * as v from 'valibot';
import { fraction, integer, oneOf, record, text, trueOrFalse } from '../checks/fields.js';
import { oneOfThese } from '../checks/finding.js';
import { ERROR_CODES, type ErrorCode, SIMULATED_ERROR_MESSAGE } from '../core/error-codes.js';
import type { Rule, RuleConditions } from '../core/rule.js';

/** What each trigger takes as its `value`, and what it means. */
const TRIGGERS = {
  sequence_number: trigger(integer(0), (sequenceNumber) => ({ sequenceNumber })),
  fragment_id: trigger(text, (fragmentId) => ({ fragmentId })),
  nth_fragment: trigger(integer(1), (everyNth) => ({ everyNth })),
  probability: trigger(fraction, (probability) => ({ probability })),
};

const TRIGGER_NAMES = Object.keys(TRIGGERS) as (keyof typeof TRIGGERS)[];

const fields = record({
  trigger: v.optional(oneOf(...TRIGGER_NAMES)),
  value: v.optional(v.unknown()),
  probability: v.optional(fraction),
  error_code: oneOf(...(Object.keys(ERROR_CODES) as ErrorCode[])),
  error_message: v.optional(text, SIMULATED_ERROR_MESSAGE),
  retryable: v.optional(trueOrFalse),
  stage: v.optional(oneOf('asr', 'translation', 'tts')),
  delay_ms: v.optional(integer(0), 0),
  times: v.optional(integer(1)),
});

export const wireRule = v.pipe(
  fields,
  v.rawTransform(({ dataset: { value: rule }, addIssue, NEVER }): Rule => {
    const conditions = conditionsOf(rule);
    if (typeof conditions !== 'string') return { ...toRule(rule), when: conditions };
    const key = rule.trigger === undefined ? 'trigger' : 'value';
    addIssue({
      message: conditions,
      path: [{ type: 'object', origin: 'value', input: { ...rule }, key, value: rule[key] }],
    });
    return NEVER;
  }),
);

/** Returns the conditions, or a text that says what was expected. */
function conditionsOf({ trigger: name, value, probability }: v.InferOutput<typeof fields>): RuleConditions | string {
  const chance = probability === undefined ? {} : { probability };
  if (name !== undefined) {
    const conditions = TRIGGERS[name](value);
    return typeof conditions === 'string' ? conditions : { ...chance, ...conditions };
  }
  return probability === undefined
    ? `expected ${oneOfThese(TRIGGER_NAMES)}, or a \`probability\`, got nothing`
    : chance;
}

function toRule(rule: v.InferOutput<typeof fields>): Omit<Rule, 'when'> {
  const { error_code: code, error_message: message, stage, delay_ms: delayMs, times = Number.POSITIVE_INFINITY } = rule;
  const retryable = rule.retryable ?? ERROR_CODES[code].retryable;
  const error = { code, message, retryable, ...(stage !== undefined && { stage }) };
  return { consequence: { error, delayMs }, times, after: 0 };
}

/** Checks the value of a trigger. Returns the conditions, or a text that says what was expected. */
function trigger<Value>(schema: v.GenericSchema<Value>, toConditions: (value: Value) => RuleConditions) {
  return (value: unknown): RuleConditions | string => {
    const result = v.safeParse(schema, value);
    return result.success ? toConditions(result.output) : result.issues[0].message;
  };
}
