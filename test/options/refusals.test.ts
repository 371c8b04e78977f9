/** What the compiler refuses of rules, cuts, pushed messages, scopes and options, and what it takes. `tsc` is the test. */

import {
  type CutOptions,
  type CutPhase,
  type DelayPlan,
  type EchoSts,
  type EchoStsOptions,
  type ErrorCode,
  type ErrorRule,
  type FailureRule,
  type Fault,
  type FaultRule,
  type LateFault,
  type MessageFault,
  type MessageName,
  type MessageRule,
  manualClock,
  type PushedError,
  type RuleConditions,
  type RulePredicate,
  type ScopeOptions,
} from 'echo-sts';
import { describe, expectTypeOf, it } from 'vitest';

/** Never called: what is in it is for the compiler alone. */
declare const sts: EchoSts;
declare const text: string;
declare const when: RuleConditions | RulePredicate;
declare const fault: Fault;
declare const on: MessageName;
declare const rules: readonly ErrorRule[];

describe('a rule with a code', () => {
  it('requires `retryable` with a custom code, and takes no fault', () => {
    const calls = () => [
      sts.addErrorRule({ when, code: 'TIMEOUT' }),
      sts.addErrorRule({ when, code: 'TIMEOUT', retryable: false }),
      sts.addErrorRule({ when, code: 'MINE', retryable: true }),
      // @ts-expect-error a custom code without `retryable`
      sts.addErrorRule({ when, code: 'MINE' }),
      // @ts-expect-error it may be a custom one
      sts.addErrorRule({ when, code: text }),
      // @ts-expect-error both
      sts.addErrorRule({ when, code: 'TIMEOUT', fault: 'drop' }),
      // @ts-expect-error both, and a custom code
      sts.addErrorRule({ when, code: 'MINE', retryable: true, fault: 'late', delayMs: 5 }),
      // @ts-expect-error neither
      sts.addErrorRule({ when }),
      // @ts-expect-error no `when`
      sts.addErrorRule({ code: 'TIMEOUT' }),
      // @ts-expect-error only a result fails with a code
      sts.addErrorRule({ when, on: 'fragment:ack', code: 'TIMEOUT' }),
      // @ts-expect-error a misspelt condition
      sts.addErrorRule({ when: { sequenceNumbr: 1 }, code: 'TIMEOUT' }),
      // @ts-expect-error for failures alone
      sts.addErrorRule({ when, fault: 'drop', as: 'partial' }),
    ];
    expectTypeOf(calls).returns.toBeArray();
  });
});

describe('a rule with a fault', () => {
  it('requires `delayMs` with the fault `late`', () => {
    expectTypeOf<LateFault>().toEqualTypeOf<'late'>();
    const calls = () => [
      sts.addErrorRule({ when, fault: 'drop' }),
      sts.addErrorRule({ when, fault: 'drop', delayMs: 5 }),
      sts.addErrorRule({ when, fault: 'late', delayMs: 5 }),
      sts.addErrorRule({ on: 'stream:ready', fault: 'late', delayMs: 5 }),
      sts.addErrorRule({ on: 'fragment:ack', fault: 'late', delayMs: 5 }),
      // @ts-expect-error no `delayMs`
      sts.addErrorRule({ when, fault: 'late' }),
      // @ts-expect-error no `delayMs`, of a message of a stream
      sts.addErrorRule({ on: 'stream:ready', fault: 'late' }),
      // @ts-expect-error no `delayMs`, of a message of a fragment
      sts.addErrorRule({ on: 'fragment:processed', fault: 'late' }),
      // @ts-expect-error it may be `late`
      sts.addErrorRule({ when, fault }),
      // @ts-expect-error no such fault
      sts.addErrorRule({ when, fault: 'lat' }),
    ];
    expectTypeOf(calls).returns.toBeArray();
  });

  it('on a message takes the faults and conditions of that message', () => {
    expectTypeOf<MessageFault>().toEqualTypeOf<'drop' | 'duplicate' | 'late' | 'malformed'>();
    const calls = () => [
      sts.addErrorRule({ on: 'fragment:processed', fault: 'silence', when, delayMs: 5 }),
      sts.addErrorRule({ on: 'fragment:ack', fault: 'drop', when: { sequenceNumber: 3 } }),
      sts.addErrorRule({ on: 'fragment:ack', fault: 'drop', when: ({ sequenceNumber }) => sequenceNumber > 3 }),
      sts.addErrorRule({ on: 'stream:ready', fault: 'drop', when: { streamId: 'news' } }),
      // @ts-expect-error for results alone
      sts.addErrorRule({ on: 'stream:ready', fault: 'corrupt' }),
      // @ts-expect-error for results alone
      sts.addErrorRule({ on: 'fragment:ack', fault: 'no-ack' }),
      // @ts-expect-error it is about no fragment
      sts.addErrorRule({ on: 'stream:ready', fault: 'drop', when: { sequenceNumber: 3 } }),
      // @ts-expect-error it is about no fragment, and late
      sts.addErrorRule({ on: 'error', fault: 'late', delayMs: 5, when: { everyNth: 3 } }),
      // @ts-expect-error it is about no fragment
      sts.addErrorRule({ on: 'backpressure', fault: 'drop', when: () => true }),
      // @ts-expect-error a delay without `late`
      sts.addErrorRule({ on: 'stream:ready', fault: 'duplicate', delayMs: 5 }),
      // @ts-expect-error a delay without `late`
      sts.addErrorRule({ on: 'fragment:ack', fault: 'drop', delayMs: 5 }),
    ];
    expectTypeOf(calls).returns.toBeArray();
  });
});

describe('rules', () => {
  it('may be built as any other objects are', () => {
    const build = (): EchoStsOptions => {
      const rule: ErrorRule = { when: { sequenceNumber: 1 }, code: 'TIMEOUT' };
      const codes: ErrorCode[] = ['TIMEOUT', 'GPU_OOM'];
      const faults = ['drop', 'duplicate', 'malformed'] as const;
      const messages: MessageName[] = ['stream:ready', 'fragment:ack'];
      const base = { when: {}, times: 1, optional: true };
      const failure: FailureRule = { ...base, code: text as ErrorCode };
      const late: FaultRule = { ...base, fault: 'late', delayMs: 5 };
      return {
        errorRules: [
          rule,
          failure,
          late,
          { ...rule, times: 2 },
          { ...late, delayMs: 9 },
          ...rules,
          ...codes.map((code) => ({ when: {}, code })),
          ...codes.map((code): ErrorRule => ({ ...base, code, as: 'error-event' })),
          ...faults.map((fault) => ({ when: {}, fault })),
          ...messages.flatMap((on) => faults.map((fault) => ({ on, fault }))),
          ...rules.map((each) => ({ ...each, times: 1 })),
          ...[1, 2, 3].map((sequenceNumber) => ({ when: { sequenceNumber }, fault: 'late' as const, delayMs: 5 })),
          ...[true, false].map((isFault): ErrorRule => (isFault ? { when, fault: 'drop' } : { when, code: 'TIMEOUT' })),
          { when, fault, delayMs: 5 },
          { on: 'fragment:processed', fault, delayMs: 5 },
          { on, fault: 'drop' },
          { on, fault: 'late', delayMs: 5 },
          { when: (fragment, session) => fragment.sequenceNumber > 1 && session.state === 'active', code: 'TIMEOUT' },
        ],
      };
    };
    const again = () => sts.errorRules.map(({ rule }) => sts.addErrorRule(rule));
    expectTypeOf(build).returns.toExtend<EchoStsOptions>();
    expectTypeOf(again).returns.toBeArray();
    expectTypeOf<FailureRule['code']>().toEqualTypeOf<ErrorCode | (string & {})>();
    expectTypeOf<FaultRule['fault']>().toEqualTypeOf<Fault>();
    expectTypeOf<MessageRule['on']>().toEqualTypeOf<MessageName>();
  });
});

describe('a cut', () => {
  it('takes a sequence number where it is about a fragment', () => {
    const at = 'now' as CutPhase;
    const calls = () => [
      sts.cut({ at: 'after-ack', how: 'reset', sequenceNumber: 3 }),
      sts.cut({ at: 'before-processed', how: 'stall', sequenceNumber: 3, times: 2 }),
      sts.cut({ at, how: 'reset' }),
      // @ts-expect-error `now` is about no fragment
      sts.cut({ at: 'now', how: 'reset', sequenceNumber: 3 }),
      // @ts-expect-error `connect` is about no fragment
      sts.cut({ at: 'connect', how: 'reset', sequenceNumber: 3 }),
      // @ts-expect-error `before-ready` is about no fragment
      sts.cut({ at: 'before-ready', how: 'reset', sequenceNumber: 3 }),
      // @ts-expect-error `after-ready` is about no fragment
      sts.cut({ at: 'after-ready', how: 'reset', sequenceNumber: 3 }),
      // @ts-expect-error `before-complete` is about no fragment
      sts.cut({ at: 'before-complete', how: 'reset', sequenceNumber: 3 }),
      // @ts-expect-error it may be about no fragment
      sts.cut({ at, how: 'reset', sequenceNumber: 3 }),
      // @ts-expect-error no `how`
      sts.cut({ at: 'now' }),
    ];
    const cuts: CutOptions[] = (['after-ack', 'now'] as const).map((phase) => ({ at: phase, how: 'reset' }));
    expectTypeOf(calls).returns.toBeArray();
    expectTypeOf(cuts).toBeArray();
  });
});

describe('a message to push', () => {
  it('has a recommended delay where the worker is held back', () => {
    const calls = () => [
      sts.pushBackpressure({ severity: 'medium', action: 'slow_down', recommendedDelayMs: 5 }),
      sts.pushBackpressure({ severity: 'high', action: 'pause', recommendedDelayMs: 5 }),
      sts.pushBackpressure({ severity: 'low', action: 'none', streamId: 'news' }),
      ...(['none', 'pause'] as const).map((action) => sts.pushBackpressure({ severity: 'low', action })),
      // @ts-expect-error nothing holds the worker back
      sts.pushBackpressure({ severity: 'low', action: 'none', recommendedDelayMs: 5 }),
    ];
    expectTypeOf(calls).returns.toBeArray();
  });

  it('requires `retryable` with a custom code, and `streamId` where it is fatal', () => {
    const calls = () => [
      sts.pushError({ code: 'TIMEOUT' }),
      sts.pushError({ code: 'TIMEOUT', severity: 'fatal', streamId: 'news' }),
      sts.pushError({ code: 'AUTH_FAILED', streamId: 'news' }),
      sts.pushError({ code: 'AUTH_FAILED', severity: 'error' }),
      sts.pushError({ code: 'MINE', retryable: true, severity: 'warning' }),
      sts.pushError({ code: 'MINE', retryable: true, severity: 'fatal', streamId: 'news' }),
      // @ts-expect-error a custom code without `retryable`
      sts.pushError({ code: 'MINE' }),
      // @ts-expect-error a custom code without `retryable`, for one stream
      sts.pushError({ code: 'MINE', streamId: 'news' }),
      // @ts-expect-error fatal by its code, without `streamId`
      sts.pushError({ code: 'AUTH_FAILED' }),
      // @ts-expect-error fatal by its severity, without `streamId`
      sts.pushError({ code: 'TIMEOUT', severity: 'fatal' }),
      // @ts-expect-error a custom one that is fatal, without `streamId`
      sts.pushError({ code: 'MINE', retryable: true, severity: 'fatal' }),
    ];
    const errors = (): PushedError[] => [{ code: text as ErrorCode, streamId: 'news' }];
    expectTypeOf(calls).returns.toBeArray();
    expectTypeOf(errors).returns.toBeArray();
  });
});

describe('an expectation', () => {
  it('requires the direction of an event that both sides send', () => {
    const calls = () => [
      sts.expectEvent({ event: 'fragment:ack', direction: 'in', where: { status: 'applied' } }),
      sts.expectEvent({ event: 'fragment:ack', direction: 'out', where: ({ status }) => status === 'queued' }),
      sts.expectEvent({ event: 'fragment:data', where: ({ audio }) => audio.bytes > 3, times: 2 }),
      sts.expectEvent({ event: 'fragment:data', direction: 'in' }),
      (['stream:pause', 'stream:end'] as const).map((event) => sts.expectEvent({ event })),
      // @ts-expect-error whose `fragment:ack`
      sts.expectEvent({ event: 'fragment:ack' }),
      // @ts-expect-error whose `fragment:ack`, also by the former name
      sts.expect({ event: 'fragment:ack', times: 2 }),
      // @ts-expect-error the service never sends it
      sts.expectEvent({ event: 'fragment:data', direction: 'out' }),
      // @ts-expect-error it is no note
      sts.expectEvent({ event: 'fragment:ack', direction: 'note' }),
      // @ts-expect-error only the service says so
      sts.expectEvent({ event: 'fragment:ack', direction: 'in', where: { status: 'queued' } }),
      // @ts-expect-error no such event
      sts.expectEvent({ event: 'fragment:dta' }),
    ];
    expectTypeOf(calls).returns.toBeArray();
  });
});

describe('options', () => {
  it('that refuse each other have no type', () => {
    const calls = () => {
      const key = text;
      const takes = (..._options: readonly EchoStsOptions[]) => undefined;
      const takesDelays = (..._delays: readonly DelayPlan[]) => undefined;
      const takesScopes = (..._scopes: readonly ScopeOptions[]) => undefined;
      takes({ tls: { key, cert: text } }, { clock: manualClock() }, { clock: 'global' });
      takesDelays(5, { min: 1, max: 2 }, { p50: 1, p99: 2 }, ({ sequenceNumber }) => sequenceNumber);
      takesScopes(
        { streamId: 'a' },
        { workerId: 'w' },
        { streamId: (id) => id === 'a', workerId: 'w', conduct: 'strict' },
      );
      // @ts-expect-error a key without its certificate
      takes({ tls: { key } });
      // @ts-expect-error a certificate without its key
      takes({ tls: { cert: text } });
      // @ts-expect-error half of a range
      takesDelays({ min: 1 });
      // @ts-expect-error half of the percentiles
      takesDelays({ p99: 1 });
      // @ts-expect-error two ways at once
      takesDelays({ min: 1, max: 2, p50: 1, p99: 2 });
      // @ts-expect-error two ways at once, by halves
      takesDelays({ min: 1, max: 2, p99: 2 });
      // @ts-expect-error it claims nothing
      takesScopes({});
      // @ts-expect-error it claims nothing
      takesScopes({ conduct: 'strict' });
    };
    expectTypeOf(calls).toBeFunction();
  });
});
