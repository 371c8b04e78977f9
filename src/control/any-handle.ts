/**
 * The types of a handle in another process, and of one in either: made of those of the handle in the own process. Types only.
 */

import type { FixtureClock } from '../clock/manual-clock.js';
import type { EntryOf, Expectation, TimelineFilter } from '../criteria/entry-criteria.js';
import type { EchoSts } from '../handle/handle.js';
import type { ActiveExpectation, Scope, SessionView } from '../handle/sessions.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';

/**
 * The handle of a fixture in another process, with the same names as the handle there. What that one answers at once, this
 * one answers with a promise: `await sts.sessions`, `await rule.hits`. What comes with a session view is plain data, as of
 * the moment when it was asked for.
 *
 * `close()` lets go of the fixture, which goes on: the client's scopes are closed, its waits rejected with `CLOSED`, and it
 * has nothing more to answer. All members reject with an `EchoStsError` as those of the local handle do, and with
 * `NOT_SERIALIZABLE` for what cannot cross, `DISCONNECTED` or `CLOSED` when the fixture is gone.
 */
export type RemoteEchoSts = InMode<EchoSts, 'promised'>;

/** A handle in the same process or in another: code that awaits every answer works with either. */
export type AnyEchoSts = InMode<EchoSts, 'either'>;

/** A scope of a fixture in another process: every answer is a promise. */
export type RemoteScope = InMode<Scope, 'promised'>;

/** A scope of either. */
export type AnyScope = InMode<Scope, 'either'>;

/** The forms of an answer, by mode. */
interface AnswerForms<Value> {
  promised: Promise<Value>;
  either: Value | Promise<Value>;
}

type Mode = keyof AnswerForms<unknown>;

/** An object of the handle, whose members answer in that mode. */
type InMode<Type, How extends Mode> = {
  readonly [Name in keyof Type as Name extends symbol ? never : Name]: MemberInMode<Name, Type[Name], How>;
} & Disposal<Type, How>;

/** In brackets, so that a union is taken as a whole. */
type MemberInMode<Name, Type, How extends Mode> = Name extends keyof EventTypedMembers<How>
  ? EventTypedMembers<How>[Name]
  : [Type] extends [(...values: infer Values) => infer Result]
    ? [Result] extends [AsyncIterator<unknown>]
      ? Type
      : [Result] extends [Promise<infer Value>]
        ? [Value] extends [SessionView]
          ? (...values: Values) => Promise<AnswerInMode<Value, How>>
          : Type
        : (...values: Values) => AnswerForms<AnswerInMode<Result, How>>[How]
    : [Type] extends [FixtureClock]
      ? InMode<Type, How>
      : AnswerForms<AnswerInMode<Type, How>>[How];

/** An answer: a value as it is, and an object with functions as one whose functions answer in that mode. */
type AnswerInMode<Type, How extends Mode> = Type extends SessionView
  ? {
      readonly [Name in keyof Type]: Type[Name] extends (...values: never[]) => unknown
        ? MemberInMode<Name, Type[Name], How>
        : Type[Name];
    }
  : Type extends Disposable | AsyncDisposable
    ? InMode<Type, How>
    : Type extends readonly (infer Item extends Disposable)[]
      ? readonly InMode<Item, How>[]
      : Type;

/** `await using` works with everything that can be disposed of. */
type Disposal<Type, How extends Mode> = Type extends Disposable
  ? How extends 'promised'
    ? AsyncDisposable
    : Disposable | AsyncDisposable
  : Type extends AsyncDisposable
    ? AsyncDisposable
    : unknown;

/** Members whose answer depends on the event asked for, which no mapped type can express. */
interface EventTypedMembers<How extends Mode> {
  timeline: {
    <Name extends EventName, To extends Direction = Direction>(
      filter: TimelineFilter<Name, To> & { event: Name },
    ): AnswerForms<readonly EntryOf<Name, To>[]>[How];
    (filter?: TimelineFilter): AnswerForms<readonly TimelineEntry[]>[How];
  };
  expectEvent<Name extends EventName, To extends Direction = Direction>(
    expectation: Expectation<Name, To>,
  ): AnswerForms<InMode<ActiveExpectation, How>>[How];
  /** @deprecated Use `expectEvent`. */
  expect<Name extends EventName, To extends Direction = Direction>(
    expectation: Expectation<Name, To>,
  ): AnswerForms<InMode<ActiveExpectation, How>>[How];
}
