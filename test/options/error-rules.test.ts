/** Rules as a test writes them: what is refused, in which words, and what is shown of a rule in force. */

import { EchoStsError, type ErrorRule, type MessageRule } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { checked } from '../../src/checks/checked.js';
import { MESSAGES } from '../../src/core/faults.js';
import { pushedError } from '../../src/options/call-options.js';
import { errorRule, toErrorRule } from '../../src/options/error-rules.js';

/** What is wrong with it; nothing when it is taken. */
function refusal(schema: typeof errorRule | typeof pushedError, value: unknown): string {
  try {
    checked('rule', schema, value);
    return '';
  } catch (error) {
    return error instanceof EchoStsError ? error.message : String(error);
  }
}
const ruleRefusal = (rule: unknown) => refusal(errorRule, rule);

describe('a rule for a message', () => {
  it.each(MESSAGES.flatMap((on) => (['drop', 'duplicate', 'malformed'] as const).map((fault) => [on, fault] as const)))(
    'may be %s with %s, without `when` or for a stream',
    (on, fault) => {
      expect(ruleRefusal({ on, fault })).toBe('');
      expect(ruleRefusal({ on, fault, when: { streamId: 'news' }, times: 2, after: 1, optional: true })).toBe('');
    },
  );

  it.each(['fragment:ack', 'fragment:processed'])('may be %s with the conditions of fragments, or a function', (on) => {
    const conditions = { sequenceNumber: 1, fragmentId: 'a', everyNth: 2, attempt: 1, probability: 0.5 };
    expect(ruleRefusal({ on, fault: 'drop', when: conditions })).toBe('');
    expect(ruleRefusal({ on, fault: 'drop', when: () => true })).toBe('');
  });

  const bad: [rule: object, message: string][] = [
    [
      { on: 'stream:redy', fault: 'drop' },
      'Did you mean `stream:ready`? `on` expected one of "stream:ready", "fragment:ack", "fragment:processed", "stream:complete", "backpressure", "error", got "stream:redy".',
    ],
    [
      { on: 'stream:ready', fault: 'corrupt' },
      '`fault` expected one of "drop", "duplicate", "late", "malformed" with `on` "stream:ready", got "corrupt".',
    ],
    [
      { on: 'error', fault: 'silence' },
      '`fault` expected one of "drop", "duplicate", "late", "malformed" with `on` "error", got "silence".',
    ],
    [
      { on: 'stream:ready', fault: 'drop', when: { sequenceNumber: 3 } },
      '`when` expected { streamId } or nothing with `on` "stream:ready", got { sequenceNumber: 3 }.',
    ],
    [
      { on: 'backpressure', fault: 'drop', when: () => true },
      '`when` expected { streamId } or nothing with `on` "backpressure", got a function.',
    ],
    [{ on: 'stream:ready', fault: 'late' }, '`delayMs` expected milliseconds > 0 for the fault "late", got 0.'],
    [
      { on: 'stream:ready', fault: 'duplicate', delayMs: 5 },
      '`delayMs` expected nothing with `on` "stream:ready" and the fault "duplicate", got 5; it goes with the fault "late".',
    ],
    [
      { on: 'stream:ready', code: 'TIMEOUT' },
      '`rule` expected a `fault` with `on`, got a `code`: leave `on` out, for only a result can fail with a code.',
    ],
    [
      { when: {}, falt: 'drop' },
      'Did you mean `fault`? `rule` expected a rule with either a `code` or a `fault`, got neither.',
    ],
    [{ on: 'stream:ready' }, '`rule` expected a rule with either a `code` or a `fault`, got neither.'],
    [{ fault: 'drop' }, '`when` is required, but missing: expected conditions or a function.'],
  ];
  it.each(bad)('is refused where it makes no sense: %j', (rule, message) => {
    expect(ruleRefusal(rule)).toBe(message);
  });

  it.each([
    { when: {}, code: 'TIMEOUT', fault: undefined, on: undefined },
    { when: {}, fault: 'drop', code: undefined, on: undefined },
    { on: 'stream:ready', fault: 'drop', code: undefined },
  ])('may leave out by undefined what other rules have: %o', (rule) => {
    expect(ruleRefusal(rule)).toBe('');
    const { fault, code, on }: { fault?: string; code?: string; on?: string } = toErrorRule(
      checked('rule', errorRule, rule as ErrorRule),
    );
    expect({ fault, code, on }).toEqual({ fault: rule.fault, code: rule.code, on: rule.on });
  });

  it('is refused with both by what they are, and with neither where both are undefined', () => {
    expect(ruleRefusal({ when: {}, code: undefined, fault: undefined })).toMatch(/, got neither\.$/);
    expect(ruleRefusal({ when: {}, code: 'TIMEOUT', fault: 'drop' })).toMatch(/, got both\.$/);
  });

  it('is shown as it was written', () => {
    const rule: MessageRule = { on: 'stream:ready', fault: 'late', delayMs: 9, when: {}, after: 0 };
    expect(toErrorRule(checked('rule', errorRule, rule))).toEqual(rule satisfies ErrorRule);
  });
});

describe('an error to push', () => {
  it.each([
    { code: 'TIMEOUT' },
    { code: 'AUTH_FAILED', streamId: 'news' },
    { code: 'AUTH_FAILED', severity: 'error' },
    { code: 'MINE', retryable: false, severity: 'warning', fragmentId: 'f', metadata: { a: 1 } },
  ])('may be %j', (error) => {
    expect(refusal(pushedError, error)).toBe('');
  });

  it.each([
    [{ code: 'MINE' }, '`retryable` expected true or false with the custom code "MINE", got nothing.'],
    [
      { code: 'AUTH_FAILED' },
      '`streamId` expected a stream id with the fatal error "AUTH_FAILED", which ends the connection of that stream, got nothing.',
    ],
    [
      { code: 'TIMEOUT', severity: 'fatal' },
      '`streamId` expected a stream id with the fatal error "TIMEOUT", which ends the connection of that stream, got nothing.',
    ],
    [{ code: 'TIMEOUT', metadata: [] }, '`metadata` expected an object, got a list.'],
  ])('is refused where it makes no sense: %j', (error, message) => {
    expect(refusal(pushedError, error)).toBe(message);
  });
});
