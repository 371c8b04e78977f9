/** What the compiler knows of the handle in another process, and of one that may be in either. `tsc` is the test. */

import type {
  ActiveErrorRule,
  AnyEchoSts,
  EchoSts,
  RemoteEchoSts,
  Scope,
  SessionSnapshot,
  TimelineEntry,
} from 'echo-sts';
import 'echo-sts/matchers';
import { describe, expect, expectTypeOf, it } from 'vitest';

/** Never called: what is in it is for the compiler alone. */
declare const remote: RemoteEchoSts;
declare const local: EchoSts;
declare const either: AnyEchoSts;

type Results = readonly TimelineEntry<'fragment:processed'>[];

describe('a remote handle', () => {
  it('has every name of the local one, and a promise for what that answers at once', () => {
    expectTypeOf<keyof RemoteEchoSts>().toEqualTypeOf<keyof EchoSts>();
    expectTypeOf<RemoteEchoSts['sessions']>().toEqualTypeOf<Promise<readonly SessionSnapshot[]>>();
    expectTypeOf<RemoteEchoSts['controlUrl']>().toEqualTypeOf<Promise<string | undefined>>();
    expectTypeOf<ReturnType<typeof remote.setDelay>>().toEqualTypeOf<Promise<void>>();
    expectTypeOf<ReturnType<typeof remote.clock.now>>().toEqualTypeOf<Promise<number>>();
    expectTypeOf<Awaited<ReturnType<typeof remote.addErrorRule>>['hits']>().toEqualTypeOf<Promise<number>>();
    type View = NonNullable<Awaited<ReturnType<typeof remote.session>>>;
    expectTypeOf<View['streamId']>().toEqualTypeOf<string>();
    expectTypeOf<ReturnType<View['format']>>().toEqualTypeOf<Promise<string>>();
    expectTypeOf<Awaited<ReturnType<typeof remote.waitForSession>>['violations']>().returns.toExtend<
      Promise<unknown>
    >();
  });

  it('types entries by their event', () => {
    const read = () => remote.timeline({ event: 'fragment:processed' });
    const readEither = () => either.timeline({ event: 'fragment:processed' });
    const wait = () => either.waitFor('fragment:processed', { where: { status: 'success' } });
    expectTypeOf(read).returns.toEqualTypeOf<Promise<Results>>();
    expectTypeOf(readEither).returns.toEqualTypeOf<Results | Promise<Results>>();
    expectTypeOf(wait).returns.resolves.toHaveProperty('payload').toHaveProperty('dubbed_audio');
    // @ts-expect-error: the event has no such field
    () => either.expectEvent({ event: 'fragment:data', where: { sequence_numbr: 3 } });
    // @ts-expect-error: there is no such event
    () => remote.timeline({ event: 'fragment:dta' });
  });

  it('may stand where either may, and so may the local one', () => {
    expectTypeOf<RemoteEchoSts>().toExtend<AnyEchoSts>();
    expectTypeOf<EchoSts>().toExtend<AnyEchoSts>();
    expectTypeOf<RemoteEchoSts>().not.toExtend<EchoSts>();
    type AnyRule = Awaited<ReturnType<typeof either.addErrorRule>>;
    expectTypeOf<ActiveErrorRule>().toExtend<AnyRule>();
    expectTypeOf<Scope>().toExtend<Awaited<ReturnType<typeof either.scope>>>();
  });

  it('makes matchers answer with a promise', () => {
    const remotely = () => expect(remote).toHaveCompleted();
    const locally = () => expect(local).not.toHaveCompleted();
    const anywhere = () => expect(either).toHaveReceived('stream:end');
    const unknown = () => expect({} as object).toHaveNoViolations();
    expectTypeOf(remotely).returns.toEqualTypeOf<Promise<void>>();
    expectTypeOf(locally).returns.toEqualTypeOf<void>();
    expectTypeOf(anywhere).returns.toEqualTypeOf<void | Promise<void>>();
    expectTypeOf(unknown).returns.toEqualTypeOf<void>();
  });
});
