/** What the compiler knows of entries: every payload is typed by the name of its event. `tsc` is the test. */

import type {
  AudioSummary,
  CutPhase,
  EchoSts,
  EntryOf,
  EventName,
  InboundPayloads,
  NotePayloads,
  OutboundPayloads,
  SessionView,
  TimelineEntry,
  ViolationKind,
} from 'echo-sts';
import { describe, expectTypeOf, it } from 'vitest';

/** Never called: what is in it is for the compiler alone. */
declare const sts: EchoSts;
declare const session: SessionView;

type Settled<Value> = Value extends Promise<infer Result> ? Result : never;
type Item<Value> = Value extends AsyncIterable<infer Entry> ? Entry : never;

describe('an entry', () => {
  it('has the payload of its event, for every event', () => {
    type Payloads = InboundPayloads & Omit<OutboundPayloads, 'fragment:ack'> & NotePayloads;
    type Check = {
      [Name in keyof Payloads as Name extends 'fragment:ack' ? never : Name]: TimelineEntry<
        Name & EventName
      >['payload'] extends Payloads[Name]
        ? true
        : Name;
    };
    expectTypeOf<Check[keyof Check]>().toEqualTypeOf<true>();
    expectTypeOf<TimelineEntry['event']>().toEqualTypeOf<EventName>();
  });

  it('of an event that both sides send has either payload, until its direction is known', () => {
    type Ack = TimelineEntry<'fragment:ack'>;
    expectTypeOf<Ack['direction']>().toEqualTypeOf<'in' | 'out'>();
    expectTypeOf<EntryOf<'fragment:ack', 'out'>['payload']>().toEqualTypeOf<OutboundPayloads['fragment:ack']>();
    expectTypeOf<EntryOf<'fragment:ack', 'in'>['payload']>().toEqualTypeOf<InboundPayloads['fragment:ack']>();
    expectTypeOf<EntryOf<'fragment:data', 'out'>>().toEqualTypeOf<never>();
  });

  it('can be told apart by its event', () => {
    const look = (entry: TimelineEntry) => {
      if (entry.event === 'fragment:data') {
        expectTypeOf(entry.direction).toEqualTypeOf<'in'>();
        expectTypeOf(entry.payload.audio).toEqualTypeOf<AudioSummary>();
      }
      if (entry.event === 'cut') expectTypeOf(entry.payload.at).toEqualTypeOf<CutPhase>();
      if (entry.event === 'violation') expectTypeOf(entry.payload.kind).toEqualTypeOf<ViolationKind>();
      // @ts-expect-error nothing in it can be changed
      entry.n = 5;
    };
    expectTypeOf(look).parameter(0).toEqualTypeOf<TimelineEntry>();
  });
});

describe('the functions', () => {
  it('answer entries of the event they were asked for', () => {
    const calls = () => ({
      wait: sts.waitFor('fragment:processed'),
      ofSession: session.waitFor('stream:complete', { timeoutMs: 5 }),
      ack: sts.waitFor('fragment:ack', { direction: 'out' }),
      eitherAck: sts.waitFor('fragment:ack'),
      results: sts.entries({ event: 'error' }),
      all: sts.entries(),
      list: sts.timeline({ event: 'stream:init', limit: 5 }),
      whole: session.timeline(),
    });
    type Calls = ReturnType<typeof calls>;
    expectTypeOf<Settled<Calls['wait']>['payload']>().toEqualTypeOf<OutboundPayloads['fragment:processed']>();
    expectTypeOf<Settled<Calls['ofSession']>['payload']>().toEqualTypeOf<OutboundPayloads['stream:complete']>();
    expectTypeOf<Settled<Calls['ack']>['payload']['status']>().toEqualTypeOf<'queued'>();
    expectTypeOf<Settled<Calls['eitherAck']>['payload']['status']>().toEqualTypeOf<'queued' | 'received' | 'applied'>();
    expectTypeOf<Item<Calls['results']>['payload']>().toEqualTypeOf<OutboundPayloads['error']>();
    expectTypeOf<Item<Calls['all']>>().toEqualTypeOf<TimelineEntry>();
    expectTypeOf<Calls['list'][number]['payload']>().toEqualTypeOf<InboundPayloads['stream:init']>();
    expectTypeOf<Calls['whole']>().toEqualTypeOf<readonly TimelineEntry[]>();
  });

  it('take no event, no field and no value that cannot be', () => {
    const calls = () => [
      // @ts-expect-error no such event
      sts.waitFor('fragment:dta'),
      // @ts-expect-error no such event
      sts.timeline({ event: 'fragment:dta' }),
      // @ts-expect-error no such field in that payload
      sts.waitFor('fragment:processed', { where: { fragmentId: 'x' } }),
      // @ts-expect-error no such value of that field
      sts.waitFor('fragment:processed', { where: { status: 'done' } }),
      // @ts-expect-error that field is a number
      sts.session('x')?.waitFor('fragment:data', { where: { audio: { bytes: '4' } } }),
      // @ts-expect-error the function has to answer true or false
      sts.waitFor('fragment:data', { where: ({ fragment_id }) => fragment_id }),
      // @ts-expect-error only a fixture has scopes
      session.scope({ workerId: 'x' }),
    ];
    expectTypeOf(calls).returns.toBeArray();
  });

  it('give a `where` function the payload and the entry of that event', () => {
    const calls = () => [
      sts.waitFor('fragment:processed', { where: { status: 'failed', error: { code: 'TIMEOUT' } } }),
      sts.waitFor('fragment:data', {
        where: (payload, entry) => {
          expectTypeOf(payload).toEqualTypeOf<InboundPayloads['fragment:data']>();
          expectTypeOf(entry).toEqualTypeOf<TimelineEntry<'fragment:data'>>();
          return payload.audio.bytes > 0;
        },
      }),
      sts.waitFor('fragment:ack', { direction: 'in', where: ({ status }) => status === 'applied' }),
    ];
    expectTypeOf(calls).returns.toBeArray();
  });
});
