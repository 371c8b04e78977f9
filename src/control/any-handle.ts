/**
 * The types of a handle in another process, and of one in either process, derived from the local handle. Types only.
 */

import type { FixtureClock } from '../clock/manual-clock.js';
import type { DirectionOf, EntryOf, Expectation, TimelineFilter } from '../criteria/entry-criteria.js';
import type { EchoSts } from '../handle/handle.js';
import type { ActiveExpectation, Scope, SessionView } from '../handle/sessions.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';

/**
 * The handle of a fixture in another process, with the same names as the local handle. Every value is a promise: `await
 * sts.sessions`, `await rule.hits`. A session view contains plain data of the moment of the request.
 *
 * `close()` disconnects from the fixture, which keeps running: the client's scopes are closed, and its waits reject
 * with `CLOSED`. All members reject with an `EchoStsError` like those of the local handle; also with `NOT_SERIALIZABLE`
 * for a value that cannot be sent, and `DISCONNECTED` or `CLOSED` when the fixture is gone.
 */
export type RemoteEchoSts = InMode<EchoSts, 'promised'>;

/** A handle in the same process or in another. Code that awaits every value works with either. */
export type AnyEchoSts = InMode<EchoSts, 'either'>;

/** A scope of a fixture in another process. Every value is a promise. */
export type RemoteScope = InMode<Scope, 'promised'>;

/** A scope in the same process or in another. */
export type AnyScope = InMode<Scope, 'either'>;

/** The forms of a value, by mode. */
interface AnswerForms<Value> {
  promised: Promise<Value>;
  either: Value | Promise<Value>;
}

type Mode = keyof AnswerForms<unknown>;

/** An object of the handle whose members return values in that mode. */
type InMode<Type, How extends Mode> = {
  readonly [Name in keyof Type as Name extends symbol ? never : Name]: MemberInMode<Name, Type[Name], How>;
} & Disposal<Type, How>;

/** In brackets, so that a union is not distributed. */
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

/** A returned value: a plain value as it is, and an object with functions in that mode. */
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

/** `await using` works with every disposable object. */
type Disposal<Type, How extends Mode> = Type extends Disposable
  ? How extends 'promised'
    ? AsyncDisposable
    : Disposable | AsyncDisposable
  : Type extends AsyncDisposable
    ? AsyncDisposable
    : unknown;

/** Members whose type depends on the event name, which no mapped type can express. */
interface EventTypedMembers<How extends Mode> {
  timeline: {
    <Name extends EventName, To extends Direction = Direction>(
      filter: TimelineFilter<Name, To> & { event: Name },
    ): AnswerForms<readonly EntryOf<Name, To>[]>[How];
    (filter?: TimelineFilter): AnswerForms<readonly TimelineEntry[]>[How];
  };
  expectEvent<Name extends EventName, To extends DirectionOf<Name> = DirectionOf<Name>>(
    expectation: Expectation<Name, To>,
  ): AnswerForms<InMode<ActiveExpectation, How>>[How];
  /** @deprecated Use `expectEvent`. */
  expect<Name extends EventName, To extends DirectionOf<Name> = DirectionOf<Name>>(
    expectation: Expectation<Name, To>,
  ): AnswerForms<InMode<ActiveExpectation, How>>[How];
}
