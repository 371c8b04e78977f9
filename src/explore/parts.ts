/** One fault of a plan, as fast-check draws and shrinks it: one entry of one option. */

import type { Arbitrary } from 'fast-check';
import { CUT_PHASES, FRAGMENT_CUT_PHASES } from '../core/cut-forms.js';
import { ERROR_CODES, type ErrorCode } from '../core/error-codes.js';
import { FRAGMENT_MESSAGES, faultRow } from '../core/faults.js';
import type { Fault, MessageName } from '../core/vocabulary.js';
import type { FaultPlan } from '../options/fault-plan.js';
import type { FastCheck } from './fast-check.js';
import { CODE_KINDS, CUT_KINDS, type FaultKind, MESSAGE_KINDS, type OtherKind } from './kinds.js';
import type { PlanSettings } from './options.js';
import type { Shape } from './shape.js';

type Given<Option extends keyof FaultPlan> = NonNullable<FaultPlan[Option]>;

/** What a part sets: the value of an option, or one entry of its list. */
type ValueOf<Option extends keyof FaultPlan> = Given<Option> extends readonly (infer Entry)[] ? Entry : Given<Option>;

/** One fault of a plan. */
export type Part = {
  [Option in keyof FaultPlan]-?: {
    readonly kind: FaultKind;
    readonly option: Option;
    readonly value: ValueOf<Option>;
    /** How long fragments take meanwhile, unless another part says so: without work in hand a worker has nothing to slow down. */
    readonly delayMs?: number;
  };
}[keyof FaultPlan];

/** Where faults are drawn from. */
export interface DrawSettings extends PlanSettings {
  readonly shape: Shape;
  /** Whether recommended delays pass on the clock of the fixture: a worker cannot keep those of a clock that it does not see. */
  readonly hasRealTime: boolean;
}

/** The most faults of one plan. */
const MOST_PARTS = 4;

/** How many times as often as another kind: it stands for a pause, a slower pace and levels of load. */
const BACKPRESSURE_WEIGHT = 2;

/** How long things take, milliseconds: short, and the first is what a plan shrinks to. */
const DELAYS_MS = [1, 3, 8];
/** The pace that a worker is asked for, milliseconds: below that its compliance could not be measured. */
const RECOMMENDED_DELAY_MS = 50;
/** How long a signal applies, milliseconds. */
const RELEASE_AFTER_MS = 20;
/** How long fragments take meanwhile, milliseconds: long enough to know that the worker has received the signal. */
const DELAY_OF_SIGNAL_MS = 8;
/** Where signals are sent. Mostly before a result: with it, the worker sends the next fragment before it can comply. */
const SIGNAL_PHASES = ['after-ack', 'after-ack', 'after-ack', ...FRAGMENT_CUT_PHASES] as const;
/** The HTTP statuses of refusals. */
const STATUSES = [503, 502, 429];

/** A list of one to four faults. */
export function partsOf(fc: FastCheck, settings: DrawSettings): Arbitrary<Part[]> {
  const each = settings.kinds.map((kind) => ({
    arbitrary: partOf(fc, kind, settings),
    weight: kind === 'backpressure' ? BACKPRESSURE_WEIGHT : 1,
  }));
  // Without a minimal length, any of them may go when it is shrunk.
  return fc.array(fc.oneof(...each), { maxLength: MOST_PARTS, size: 'max' }).filter(({ length }) => length > 0);
}

type ValueArbitrary = Arbitrary<Part['value']>;

function partOf(fc: FastCheck, kind: FaultKind, settings: DrawSettings): Arbitrary<Part> {
  const part = (option: Part['option'], value: ValueArbitrary) =>
    value.map((each) => ({ kind, option, value: each }) as Part);
  if (isOneOf(CODE_KINDS, kind)) return part('errorRules', failureOf(fc, kind, settings));
  if (isOneOf(MESSAGE_KINDS, kind)) return part('errorRules', messageFaultOf(fc, kind, settings));
  if (isOneOf(CUT_KINDS, kind)) return part('cuts', pointOf(fc, settings, { how: kind, times: 1, optional: true }));
  if (kind === 'backpressure') return backpressureOf(fc, settings);
  const [option, draw] = OTHERS[kind];
  return part(option, draw(fc, settings));
}

function isOneOf<Kind extends FaultKind>(kinds: readonly Kind[], kind: FaultKind): kind is Kind {
  return kinds.some((each) => each === kind);
}

/** What a fault of the other kinds sets, and how it is drawn. */
const OTHERS: Readonly<
  Record<
    Exclude<OtherKind, 'backpressure'>,
    readonly [option: Part['option'], draw: (fc: FastCheck, settings: DrawSettings) => ValueArbitrary]
  >
> = {
  delay: ['delayMs', delayOf],
  capacity: ['capacity', (fc) => fc.integer({ min: 1, max: 3 })],
  refusal: [
    'refusals',
    (fc, { retries }) =>
      fc.record({
        after: fc.integer({ min: 0, max: 1 }),
        times: fc.integer({ min: 1, max: Math.max(1, retries) }),
        status: fc.constantFrom(...STATUSES),
        optional: fc.constant(true),
      }) as ValueArbitrary,
  ],
  restart: [
    'restarts',
    (fc, settings) =>
      delayOf(fc).chain((downForMs) =>
        pointOf(fc, settings, { downForMs, times: 1, optional: true }),
      ) as ValueArbitrary,
  ],
};

/** A sequence number. */
function numberBelow(fc: FastCheck, end: number): Arbitrary<number> {
  return fc.integer({ min: 0, max: Math.max(0, end - 1) });
}

function delayOf(fc: FastCheck): Arbitrary<number> {
  return fc.constantFrom(...DELAYS_MS);
}

/** A failure of one fragment, the first attempts of several, or a `partial` result, which is not to be sent again. */
function failureOf(fc: FastCheck, code: ErrorCode, { shape, retries }: DrawSettings): ValueArbitrary {
  const sequenceNumber = numberBelow(fc, shape.fragments);
  const rest = { code, optional: true };
  const ofOne = fc
    .tuple(sequenceNumber, fc.integer({ min: 1, max: Math.max(1, retries) }))
    .map(([number, times]) => ({ when: { sequenceNumber: number }, ...rest, times }));
  const ofSeveral = fc.integer({ min: 2, max: 3 }).map((times) => ({ when: { attempt: 1 }, ...rest, times }));
  const partial = fc
    .tuple(sequenceNumber, fc.boolean())
    .map(([number, retryable]) => ({ when: { sequenceNumber: number }, ...rest, as: 'partial', retryable, times: 1 }));
  // Without retries, a worker does not get through a failure that is retryable.
  const failures = retries === 0 && ERROR_CODES[code].retryable ? [] : [ofOne, ofSeveral];
  // A failure of several may be made smaller to one of a single fragment.
  return fc.oneof({ withCrossShrink: true }, ...failures, partial) as ValueArbitrary;
}

/** A fault of a result; in a hostile plan, of any message that can have it. */
function messageFaultOf(fc: FastCheck, fault: Fault, settings: DrawSettings): ValueArbitrary {
  const sequenceNumber = numberBelow(fc, settings.shape.fragments);
  const { isLate, on: all = [] } = faultRow(fault);
  const late = isLate === true ? delayOf(fc).map((delayMs) => ({ delayMs })) : fc.constant({});
  const messages = settings.isHostile ? all : all.filter((on) => on === 'fragment:processed');
  return fc.tuple(fc.constantFrom(...messages), sequenceNumber, late).map(([on, number, delay]) => ({
    ...(on !== 'fragment:processed' && { on }),
    when: isOfFragment(on) ? { sequenceNumber: number } : {},
    fault,
    ...delay,
    times: 1,
    optional: true,
  })) as ValueArbitrary;
}

function isOfFragment(on: MessageName): boolean {
  return FRAGMENT_MESSAGES.some((message) => message === on);
}

/** A point of the stream that the worker gets to, with what happens there. */
function pointOf(fc: FastCheck, { shape }: DrawSettings, what: object): ValueArbitrary {
  const isReached = (phase: string) => phase !== 'now' && (phase !== 'before-complete' || shape.completes);
  const sequenceNumber = numberBelow(fc, shape.fragments);
  return fc.tuple(fc.constantFrom(...CUT_PHASES.filter(isReached)), sequenceNumber).map(([at, number]) => ({
    at,
    ...(FRAGMENT_CUT_PHASES.some((phase) => phase === at) && { sequenceNumber: number }),
    ...what,
  })) as ValueArbitrary;
}

/** A signal, or levels of load. */
function backpressureOf(fc: FastCheck, settings: DrawSettings): Arbitrary<Part> {
  const signal = signalOf(fc, settings).map((value) => ({ option: 'signals', value }) as const);
  const levels = levelsOf(fc, settings).map((value) => ({ option: 'backpressure', value }) as const);
  return fc
    .oneof({ arbitrary: signal, weight: 2 }, levels)
    .map((part) => ({ kind: 'backpressure', ...part, delayMs: DELAY_OF_SIGNAL_MS }) as Part);
}

/** A signal that ends: a worker that pauses waits for that. */
function signalOf(fc: FastCheck, { shape, hasRealTime }: DrawSettings): ValueArbitrary {
  const pause = { severity: 'high', action: 'pause' };
  const slowDown = { severity: 'medium', action: 'slow_down', recommendedDelayMs: RECOMMENDED_DELAY_MS };
  // Near the beginning, where the worker has something left to send.
  const sequenceNumber = numberBelow(fc, Math.ceil(shape.fragments / 2));
  return fc
    .tuple(
      fc.constantFrom(...SIGNAL_PHASES),
      sequenceNumber,
      fc.constantFrom(...(hasRealTime ? [pause, slowDown] : [pause])),
    )
    .map(([at, number, signal]) => ({
      ...{ at, sequenceNumber: number, ...signal, releaseAfterMs: RELEASE_AFTER_MS, times: 1, optional: true },
    })) as ValueArbitrary;
}

/** Levels of load. Without a level for `slow_down` where its delay would not pass. */
function levelsOf(fc: FastCheck, { hasRealTime }: DrawSettings): ValueArbitrary {
  const shares = hasRealTime ? { low: 0.3, medium: 0.6, high: 1 } : { low: 0.3, medium: 1, high: 1 };
  return fc.constant({ ...shares, recommendedDelayMs: RECOMMENDED_DELAY_MS });
}
