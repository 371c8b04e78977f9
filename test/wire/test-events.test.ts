import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuleBook } from '../../src/core/rules.js';
import { answerTo, decode } from '../../src/wire/inbound.js';
import { encode } from '../../src/wire/outbound.js';

const ERRORS = 'config:error_simulation';
const FOREVER = Number.POSITIVE_INFINITY;

/** What a rule on the wire becomes. */
function rule(fields: object): unknown {
  const input = decode(ERRORS, [{ enabled: true, rules: [{ error_code: 'TIMEOUT', ...fields }] }]);
  return input.kind === ERRORS ? input.rules[0] : input;
}

describe('a rule on the wire', () => {
  it.each([
    [{ trigger: 'sequence_number', value: 5 }, { sequenceNumber: 5 }],
    [{ trigger: 'sequence_number', value: 0 }, { sequenceNumber: 0 }],
    [{ trigger: 'fragment_id', value: 'f-1' }, { fragmentId: 'f-1' }],
    [{ trigger: 'nth_fragment', value: 1 }, { everyNth: 1 }],
    [{ trigger: 'nth_fragment', value: 3 }, { everyNth: 3 }],
    [{ trigger: 'probability', value: 0 }, { probability: 0 }],
    [{ trigger: 'probability', value: 0.25 }, { probability: 0.25 }],
    [{ trigger: 'probability', value: 1 }, { probability: 1 }],
    [{ probability: 1.0 }, { probability: 1 }],
    [{ probability: 0.5, value: 'ignored' }, { probability: 0.5 }],
    [
      { trigger: 'sequence_number', value: 5, probability: 0.5 },
      { sequenceNumber: 5, probability: 0.5 },
    ],
  ])('%j is for the fragments it names', (fields, when) => {
    expect(rule(fields)).toEqual({
      when,
      consequence: { error: { code: 'TIMEOUT', message: 'Simulated error', retryable: true }, delayMs: 0 },
      times: FOREVER,
      after: 0,
    });
  });

  it('may say everything', () => {
    const fields = {
      error_code: 'GPU_OOM',
      error_message: '',
      retryable: false,
      stage: 'tts',
      delay_ms: 700,
      times: 2,
      note: 'ignored',
    };
    expect(rule({ trigger: 'nth_fragment', value: 2, ...fields })).toEqual({
      when: { everyNth: 2 },
      consequence: { error: { code: 'GPU_OOM', message: '', retryable: false, stage: 'tts' }, delayMs: 700 },
      times: 2,
      after: 0,
    });
  });

  it.each([
    ['AUTH_FAILED', false],
    ['STREAM_NOT_FOUND', false],
    ['INVALID_CONFIG', false],
    ['FRAGMENT_TOO_LARGE', false],
    ['TIMEOUT', true],
    ['MODEL_ERROR', true],
    ['GPU_OOM', true],
    ['QUEUE_FULL', true],
    ['INVALID_SEQUENCE', false],
    ['RATE_LIMIT', true],
  ])('with %s is retryable as the protocol says: %s', (code, retryable) => {
    expect(rule({ probability: 1, error_code: code })).toMatchObject({ consequence: { error: { code, retryable } } });
  });
});

describe('a test-only event as the protocol has it', () => {
  it.each<[string, object, object]>([
    [ERRORS, {}, { rules: [], scope: 'session' }],
    [ERRORS, { enabled: true }, { rules: [], scope: 'session' }],
    [ERRORS, { enabled: false, scope: 'server' }, { rules: [], scope: 'server' }],
    [ERRORS, { rules: [{ error_code: 'TIMEOUT', probability: 1 }] }, { rules: [], scope: 'session' }],
    [ERRORS, { enabled: true, rules: [], stream_id: 's' }, { rules: [], scope: 'session', streamId: 's' }],
    ['config:processing_delay', { delay_ms: 0 }, { delayMs: 0 }],
    ['config:processing_delay', { delay_ms: 600_000, extra: 1 }, { delayMs: 600_000 }],
    ['config:backpressure', { enabled: false }, { plan: { kind: 'off' } }],
    ['config:backpressure', { enabled: false, threshold: 3 }, { plan: { kind: 'off' } }],
    [
      'config:backpressure',
      { enabled: true },
      { plan: { kind: 'load', low: 0.5, medium: 0.7, high: 0.9, recommendedDelayMs: undefined } },
    ],
    [
      'config:backpressure',
      { enabled: true, threshold: 1 },
      { plan: { kind: 'threshold', threshold: 1, severity: 'high', action: 'pause' } },
    ],
    [
      'config:backpressure',
      { enabled: true, threshold: 4, severity: 'medium', action: 'slow_down' },
      { plan: { kind: 'threshold', threshold: 4, severity: 'medium', action: 'slow_down' } },
    ],
    ['simulate:disconnect', {}, { delayMs: 0 }],
    [
      'simulate:disconnect',
      { delay_ms: 50, reason: 'power cut', stream_id: 's' },
      { delayMs: 50, reason: 'power cut', streamId: 's' },
    ],
  ])('%s %j becomes an input', (event, payload, input) => {
    expect(decode(event, [payload])).toEqual({ kind: event, ...input });
  });

  it('keeps its rules in their order', () => {
    const rules = [3, 1, 2].map((value) => ({ trigger: 'sequence_number', value, error_code: 'TIMEOUT' }));
    const input = decode(ERRORS, [{ enabled: true, rules }]);
    expect(input.kind === ERRORS && input.rules.map(({ when }) => when)).toEqual([
      { sequenceNumber: 3 },
      { sequenceNumber: 1 },
      { sequenceNumber: 2 },
    ]);
  });

  it.each([ERRORS, 'config:processing_delay', 'config:backpressure', 'simulate:disconnect'])(
    '%s is answered directly by its own ack',
    (event) => {
      expect(answerTo(event)).toBe(`${event}:ack`);
    },
  );
});

const TRIGGERS = 'expected one of "sequence_number", "fragment_id", "nth_fragment", "probability"';
const CODES =
  'expected one of "AUTH_FAILED", "STREAM_NOT_FOUND", "INVALID_CONFIG", "FRAGMENT_TOO_LARGE", "TIMEOUT" and 5 more';

/** [the rule, the field that is wrong, what is said of it] */
const WRONG_RULES: [object, string, string][] = [
  [{ trigger: 'sequence_number', value: -1 }, 'value', 'expected an integer ≥ 0, got -1'],
  [{ trigger: 'sequence_number', value: '5' }, 'value', 'expected an integer ≥ 0, got the text "5"'],
  [{ trigger: 'sequence_number', value: 0.5 }, 'value', 'expected an integer ≥ 0, got 0.5'],
  [{ trigger: 'sequence_number' }, 'value', 'expected an integer ≥ 0, got nothing'],
  [{ trigger: 'fragment_id', value: 5 }, 'value', 'expected a string, got 5'],
  [{ trigger: 'fragment_id', value: null }, 'value', 'expected a string, got null'],
  [{ trigger: 'nth_fragment', value: 0 }, 'value', 'expected an integer ≥ 1, got 0'],
  [{ trigger: 'probability', value: 1.5 }, 'value', 'expected a number from 0 to 1, got 1.5'],
  [{ trigger: 'probability', value: -0.1 }, 'value', 'expected a number from 0 to 1, got -0.1'],
  [{ trigger: 'weather', value: 1 }, 'trigger', `${TRIGGERS}, got "weather"`],
  [{ trigger: 'toString', value: 1 }, 'trigger', `${TRIGGERS}, got "toString"`],
  [{ trigger: null, probability: 1 }, 'trigger', `${TRIGGERS}, got null`],
  [{ value: 5 }, 'trigger', `${TRIGGERS}, or a \`probability\`, got nothing`],
  [{ probability: 2 }, 'probability', 'expected a number from 0 to 1, got 2'],
  [{ probability: 'often' }, 'probability', 'expected a number from 0 to 1, got "often"'],
  [{ probability: 1, error_code: 'OOPS' }, 'error_code', `${CODES}, got "OOPS"`],
  [{ probability: 1, error_code: undefined }, 'error_code', `${CODES}, got nothing`],
  [{ probability: 1, error_message: 5 }, 'error_message', 'expected a string, got 5'],
  [{ probability: 1, retryable: 'yes' }, 'retryable', 'expected true or false, got "yes"'],
  [{ probability: 1, stage: 'vad' }, 'stage', 'expected one of "asr", "translation", "tts", got "vad"'],
  [{ probability: 1, delay_ms: -1 }, 'delay_ms', 'expected an integer ≥ 0, got -1'],
  [{ probability: 1, delay_ms: 0.5 }, 'delay_ms', 'expected an integer ≥ 0, got 0.5'],
  [{ probability: 1, times: 0 }, 'times', 'expected an integer ≥ 1, got 0'],
];

/** [event, payload, the path that is wrong, what is said of it] */
const WRONG: [string, unknown, string, string][] = [
  [ERRORS, { enabled: 'yes' }, 'enabled', 'expected true or false, got "yes"'],
  [ERRORS, { rules: {} }, 'rules', 'expected a list of rules, got an object'],
  [ERRORS, { rules: [5] }, 'rules.0', 'expected an object, got 5'],
  [ERRORS, { rules: [{ probability: 1 }] }, 'rules.0.error_code', 'is required, but missing'],
  [ERRORS, { scope: 'world' }, 'scope', 'expected one of "session", "server", got "world"'],
  [ERRORS, { stream_id: '' }, 'stream_id', 'expected a non-empty string, got an empty string'],
  [ERRORS, null, 'payload', 'expected an object, got null'],
  ['config:processing_delay', {}, 'delay_ms', 'is required, but missing'],
  ['config:processing_delay', { delay_ms: 600_001 }, 'delay_ms', 'expected an integer from 0 to 600000, got 600001'],
  ['config:processing_delay', { delay_ms: -1 }, 'delay_ms', 'expected an integer from 0 to 600000, got -1'],
  ['config:processing_delay', { delay_ms: '5' }, 'delay_ms', 'expected an integer from 0 to 600000, got the text "5"'],
  ['config:backpressure', {}, 'enabled', 'is required, but missing'],
  ['config:backpressure', { enabled: 1 }, 'enabled', 'expected true or false, got 1'],
  ['config:backpressure', { enabled: true, threshold: 0 }, 'threshold', 'expected an integer ≥ 1, got 0'],
  [
    'config:backpressure',
    { enabled: true, severity: 'fatal' },
    'severity',
    'expected one of "low", "medium", "high", got "fatal"',
  ],
  [
    'config:backpressure',
    { enabled: true, action: 'stop' },
    'action',
    'expected one of "none", "slow_down", "pause", got "stop"',
  ],
];

const REJECTIONS: Record<string, object> = {
  [ERRORS]: { status: 'rejected', rules_count: 0 },
  'config:processing_delay': { status: 'rejected' },
  'config:backpressure': { status: 'rejected' },
};

describe('a malformed config', () => {
  it.each([
    ...WRONG,
    ...WRONG_RULES.map(([fields, key, message]): [string, unknown, string, string] => [
      ERRORS,
      { enabled: true, rules: [{ error_code: 'TIMEOUT', ...fields }] },
      `rules.0.${key}`,
      message,
    ]),
  ])('%s %j is rejected, and the message names %s', (event, payload, path, message) => {
    const input = decode(event, [payload]);
    expect(input.kind === 'rejected' && encode(input.answer)).toEqual({
      ...REJECTIONS[event],
      message: `The payload of \`${event}\` is wrong: \`${path}\` ${message}. Correct it and send the event again.`,
    });
  });

  it('names every wrong rule by its place, even when simulation is off', () => {
    const good = { error_code: 'TIMEOUT', probability: 1 };
    const input = decode(ERRORS, [{ rules: [good, { ...good, times: 0 }, { error_code: 'TIMEOUT' }] }]);
    expect(input).toMatchObject({
      kind: 'rejected',
      answer: { message: expect.stringMatching(/`rules\.1\.times` .*`rules\.2\.trigger` /) },
    });
  });

  it.each(Object.keys(REJECTIONS))('of %s is rejected when it is missing, or not alone', (event) => {
    for (const args of [[], [{ enabled: true, delay_ms: 1 }, 2]]) {
      expect(decode(event, args)).toMatchObject({
        kind: 'rejected',
        answer: { kind: `${event}:ack`, message: expect.stringContaining('`payload` expected exactly one object') },
      });
    }
  });

  it.each([
    [{ delay_ms: -1 }, 'delay_ms', 'expected an integer from 0 to 2147483647, got -1'],
    [{ reason: 5 }, 'reason', 'expected a string, got 5'],
    [{ stream_id: '' }, 'stream_id', 'expected a non-empty string, got an empty string'],
    [[], 'payload', 'expected an object, got a list'],
  ])('of simulate:disconnect %j is an error, for its ack knows no refusal', (payload, path, message) => {
    expect(decode('simulate:disconnect', [payload])).toMatchObject({
      kind: 'malformed',
      refusal: { code: 'INVALID_CONFIG', metadata: { issues: [{ path, message }] } },
    });
  });
});

describe('whatever comes as a rule', () => {
  it('is taken or rejected with a field named: nothing throws, and what is taken can be asked', () => {
    const any = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.constantFrom('probability', 'toString'));
    const fields = {
      trigger: any,
      value: any,
      probability: any,
      error_code: fc.constantFrom('TIMEOUT', 5),
      times: any,
    };
    const payload = fc.record({ enabled: fc.constant(true), rules: fc.array(fc.record(fields, { requiredKeys: [] })) });
    fc.assert(
      fc.property(payload, (value) => {
        const input = decode(ERRORS, [value]);
        if (input.kind === 'rejected') expect(input.answer.message).toMatch(/`rules\.\d+\.[a-z_]+` /);
        else if (input.kind === ERRORS) for (const each of input.rules) new RuleBook('seed').add(each);
        else expect(input.kind).toBe(ERRORS);
      }),
    );
  });
});
