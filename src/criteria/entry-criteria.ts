/** Which entries of a timeline match, and how others differ. */

import * as v from 'valibot';
import { checkedAnswer, SYNCHRONOUS } from '../checks/callers-answer.js';
import { closedRecord, field, integer, isRecord, nonEmptyText, oneOf, timeoutMs, together } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { show } from '../core/show.js';
import type { Direction, EventName, PointInTimeline, TimelineEntry } from '../timeline/entry.js';
import { DIRECTIONS } from '../timeline/event-names.js';
import { keptText } from '../timeline/payload-copy.js';
import { type Difference, differences, type Part } from './difference.js';
import { inspected } from './inspected.js';
import type { Times } from './occurrences.js';
import { pointInTimeline } from './point-in-timeline.js';

/**
 * A part that the payload must have, compared field by field; or a function of the payload that returns `true` or `false`, and no
 * promise. What the function throws rejects a wait and ends an iteration; of an expectation, `verify()` reports it.
 */
export type Where<Entry extends TimelineEntry> =
  | Part<Entry['payload']>
  | ((payload: Entry['payload'], entry: Entry) => boolean);

/** The entries of one event, in one direction or in both. */
export type EntryOf<Name extends EventName, To extends Direction> = Extract<TimelineEntry<Name>, { direction: To }>;

/** Which entries of an event match. All criteria are optional, and all that are given must match. */
export interface EntryOptions<Name extends EventName, To extends Direction = Direction> {
  streamId?: string;
  /** Of the fragment that the entry is about. */
  sequenceNumber?: number;
  /** For `fragment:ack`, which both sides send. */
  direction?: To;
  where?: Where<EntryOf<Name, To>>;
}

/** Which entries are iterated over. */
export interface EntriesOptions<Name extends EventName, To extends Direction = Direction>
  extends EntryOptions<Name, To> {
  /** Any when left out. */
  event?: Name;
  /**
   * Only those after this entry, which is one of the timeline or its number: those with a higher number. 0, as when it is left
   * out, for all; numbers begin anew with `reset()`.
   */
  since?: PointInTimeline;
}

/** Which entries of a timeline. All optional; what is given must hold. */
export interface TimelineFilter<Name extends EventName = EventName, To extends Direction = Direction>
  extends EntriesOptions<Name, To> {
  /** The newest that many. */
  limit?: number;
}

/** What `waitFor` waits for. */
export interface WaitForOptions<Name extends EventName, To extends Direction = Direction>
  extends EntryOptions<Name, To> {
  /**
   * Only what comes after this entry, which is one of the timeline or its number, as `timeline({ since })` takes it: so the
   * next one is awaited, and not the same again. Numbers begin anew with `reset()`.
   */
  since?: PointInTimeline;
  /**
   * Resolves with the Nth match, counting past events, unless `since` leaves them out.
   * @default 1
   */
  times?: number;
  /**
   * The former name of `times`, until 1.0.
   * @deprecated Use `times`.
   */
  count?: number;
  /**
   * Milliseconds of real time, whatever the clock of the fixture, after which it rejects; `Infinity` for never.
   * @default the environment variable `ECHO_STS_WAIT_TIMEOUT_MS`, else the option `waitTimeoutMs`: 4000
   */
  timeoutMs?: number;
}

/** The directions in which an event goes. */
export type DirectionOf<Name extends EventName> = TimelineEntry<Name>['direction'];

/** An event that both sides send: `fragment:ack`. */
export type TwoWayEvent = {
  [Name in EventName]: ['in' | 'out'] extends [DirectionOf<Name>] ? Name : never;
}[EventName];

/** What is expected to come, and how often. `direction` is required for an event that both sides send. */
export type Expectation<Name extends EventName, To extends DirectionOf<Name> = DirectionOf<Name>> = ExpectationFields<
  Name,
  To
> &
  ([Name] extends [TwoWayEvent] ? DirectionRequired<To> : unknown);

/** What has to be said of an event that both sides send. */
export interface DirectionRequired<To extends Direction> {
  /** Whose `fragment:ack`: `'in'` for the worker's, `'out'` for the service's. */
  direction: To;
}

/** What every expectation may have. */
export interface ExpectationFields<Name extends EventName, To extends Direction = Direction>
  extends EntryOptions<Name, To> {
  /** The event that has to come, or must not. */
  event: Name;
  /**
   * Exactly that many times, 0 for never; or at least, at most.
   * @default { atLeast: 1 }
   */
  times?: Times;
  /** What it is called when it is missed. */
  named?: string;
}

/** A part that a payload has to have. */
export type AnyPart = Readonly<Record<string, unknown>>;
/** A function of the caller's that looks at a payload. */
export type Judge = (payload: never, entry: never) => boolean;

/** The criteria of any event. */
export interface EntryCriteria {
  readonly event?: EventName | undefined;
  readonly streamId?: string | undefined;
  readonly sequenceNumber?: number | undefined;
  readonly direction?: Direction | undefined;
  readonly where?: AnyPart | Judge | undefined;
  /** The number of the entry that it has to come after. */
  readonly since?: number | undefined;
}

/** The path of the difference of an entry that came too early: no field of a payload has it, for it is not written as code. */
export const SINCE = 'after `since`';

/** The fields of criteria, as every function that takes them checks them. */
export const ENTRY_CRITERIA = {
  streamId: v.optional(nonEmptyText),
  sequenceNumber: v.optional(integer(0)),
  direction: v.optional(oneOf('in', 'out', 'note')),
  where: v.optional(
    field<AnyPart | Judge>('an object or a function', (value) => isRecord(value) || typeof value === 'function'),
  ),
};

export const eventName = oneOf(...(Object.keys(DIRECTIONS) as EventName[]));

/** What `waitFor` takes beside the event. */
export const waitForSchema = v.pipe(
  closedRecord({
    ...ENTRY_CRITERIA,
    since: v.optional(pointInTimeline),
    times: v.optional(integer(1)),
    count: v.optional(integer(1)),
    timeoutMs: v.optional(timeoutMs),
  }),
  together('count', ({ times, count }) =>
    times === undefined || count === undefined
      ? undefined
      : `expected nothing with \`times\`, got ${count}; it is the former name of \`times\`, leave it out`,
  ),
  v.transform(({ count = 1, times = count, ...rest }) => ({ ...rest, times })),
);

/** What `entries` takes. */
export const entriesSchema = closedRecord({
  ...ENTRY_CRITERIA,
  since: v.optional(pointInTimeline),
  event: v.optional(eventName),
});

/** The fields of a filter. */
export const TIMELINE_FILTER = {
  ...ENTRY_CRITERIA,
  event: v.optional(eventName),
  since: v.optional(pointInTimeline),
  limit: v.optional(integer(0)),
};

/** What `timeline` takes. */
export const timelineFilter = closedRecord(TIMELINE_FILTER);

// All but `where`: which parts an event has is for the compiler alone; that it is a part or a function is checked.
type All<Options> = Omit<Options, 'where'>;
true satisfies Same<All<WaitForOptions<EventName>>, All<v.InferInput<typeof waitForSchema>>>;
true satisfies Same<All<EntriesOptions<EventName>>, All<v.InferInput<typeof entriesSchema>>>;
true satisfies Same<All<TimelineFilter>, All<v.InferInput<typeof timelineFilter>>>;

/** Whether the entry matches. A caller's function may throw; one that returns a promise makes this throw (`INVALID_OPTION`). */
export function isMeant(criteria: EntryCriteria, entry: TimelineEntry): boolean {
  const { event, where } = criteria;
  if (event !== undefined && event !== entry.event) return false;
  if (typeof where === 'function')
    return misfits({ ...criteria, where: undefined }, entry).length === 0 && saysYes(where, entry);
  return misfits(criteria, entry).length === 0;
}

/** How an entry of the event differs from the criteria; empty when it matches. */
export function misfits(criteria: EntryCriteria, entry: TimelineEntry): Difference[] {
  const { streamId, sequenceNumber, direction, where, since = 0 } = criteria;
  const name = streamId === undefined ? undefined : keptText(streamId);
  const facts = Object.entries({ direction, streamId: name, sequenceNumber }).filter(
    ([, value]) => value !== undefined,
  );
  const found = [...differences(Object.fromEntries(facts), entry), ...tooEarly(since, entry)];
  if (where === undefined) return found;
  if (typeof where !== 'function') return [...found, ...differences(where, entry.payload)];
  return wouldSayYes(where, entry) ? found : [...found, { path: 'where', expected: 'true', actual: 'false' }];
}

/** The criteria in words. */
export function meant({ event, streamId, sequenceNumber, direction, where, since }: EntryCriteria): string {
  return [
    event === undefined ? 'any event' : `\`${event}\``,
    direction !== undefined && `direction ${direction}`,
    streamId !== undefined && `stream ${show(streamId)}`,
    sequenceNumber !== undefined && `sequence number ${sequenceNumber}`,
    typeof where === 'function' && 'a payload that the `where` function says yes to',
    typeof where === 'object' && `a payload with ${inspected(where)}`,
    since !== undefined && `since #${since}`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}

function tooEarly(since: number, { n }: TimelineEntry): Difference[] {
  return n > since ? [] : [{ path: SINCE, expected: since, actual: n }];
}

function saysYes(where: Judge, entry: TimelineEntry): boolean {
  return checkedAnswer('where', where(entry.payload as never, entry as never), SYNCHRONOUS) === true;
}

/** For a text about what has failed already. */
function wouldSayYes(where: Judge, entry: TimelineEntry): boolean {
  try {
    return saysYes(where, entry);
  } catch {
    return false;
  }
}
