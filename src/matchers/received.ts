/** `toHaveReceived`: whether a worker has sent an event, with what in it, and how often. */

import type * as v from 'valibot';
import { closedRecord } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { hasFields } from '../criteria/difference.js';
import {
  type AnyPart,
  ENTRY_CRITERIA,
  type EntryCriteria,
  isMeant,
  type Judge,
  meant,
} from '../criteria/entry-criteria.js';
import { type Bounds, isWithin, type Times, timesSchema, toBounds } from '../criteria/occurrences.js';
import { describeBounds, listed, times } from '../failures/entry-words.js';
import { failureText } from '../failures/failure-text.js';
import { inventory } from '../failures/inventory.js';
import { nearest } from '../failures/nearest.js';
import type { Failure } from '../failures/scene.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { DIRECTIONS } from '../timeline/event-names.js';
import { audioOf } from './audio.js';
import { whereaboutsOf } from './audio-whereabouts.js';
import { checkReceivable, type ReceivedEvent, type ReceivedWhere } from './events.js';
import { checkedOptions } from './invalid-argument.js';
import type { Judgement } from './matcher-result.js';
import { evaluate, type Subject } from './subject.js';

const MATCHER = 'toHaveReceived';

/** Which of them count, and how often they are required, as `expectEvent` takes it. */
export interface ReceivedOptions {
  /** Any when left out. */
  streamId?: string;
  /** Of the fragment that the event is about; any when left out. */
  sequenceNumber?: number;
  /**
   * Exactly that many times, 0 for never; or at least, at most.
   * @default { atLeast: 1 }
   */
  times?: Times;
}

export const receivedOptions = closedRecord({
  streamId: ENTRY_CRITERIA.streamId,
  sequenceNumber: ENTRY_CRITERIA.sequenceNumber,
  times: timesSchema,
});

true satisfies Same<ReceivedOptions, v.InferInput<typeof receivedOptions>>;

type Asked = EntryCriteria & { readonly event: ReceivedEvent };

export function toHaveReceived<Name extends ReceivedEvent>(
  received: unknown,
  event: Name,
  where?: ReceivedWhere[Name],
  options: ReceivedOptions = {},
): Judgement {
  checkReceivable(event);
  const { times, ...facts } = checkedOptions(MATCHER, receivedOptions, options);
  const asked = { event, ...facts, ...(!isEmpty(where) && { where: criterion(where) }) };
  return evaluate(MATCHER, received, (subject) => {
    const search = new Search(subject, asked, toBounds(times));
    return { pass: search.isMet, message: () => search.message };
  });
}

/** What was asked for, and what of it is there. */
class Search {
  readonly #subject: Subject;
  readonly #event: ReceivedEvent;
  readonly #criteria: EntryCriteria;
  readonly #bounds: Bounds;
  /** All of the event, … */
  readonly #arrivals: readonly TimelineEntry[];
  /** … and those that meet the other criteria, too. */
  readonly #matches: readonly TimelineEntry[];

  constructor(subject: Subject, asked: Asked, bounds: Bounds) {
    const { event } = asked;
    const direction = DIRECTIONS[event].length > 1 ? { direction: 'in' as const } : {};
    this.#subject = subject;
    this.#event = event;
    this.#criteria = { ...direction, ...asked };
    this.#bounds = bounds;
    this.#arrivals = subject.scene.entries.filter((entry) => isMeant({ event, ...direction }, entry));
    this.#matches = this.#arrivals.filter((entry) => isMeant(this.#criteria, entry));
  }

  get isMet(): boolean {
    return isWithin(this.#bounds, this.#matches.length);
  }

  get message(): string {
    return failureText({ headline: this.#headline(), sections: this.#sections() }, this.#subject.scene);
  }

  get #malformedArrivals(): TimelineEntry<'malformed'>[] {
    return this.#subject.scene.entries
      .filter((entry) => entry.event === 'malformed')
      .filter(({ payload }) => payload.event === this.#event);
  }

  #headline(): string {
    const { view } = this.#subject;
    const not = this.isMet ? ' not' : '';
    const often = this.isMet && isAtLeastOnce(this.#bounds) ? '' : ` ${describeBounds(this.#bounds)}`;
    const { where, streamId = view?.streamId, sequenceNumber } = this.#criteria;
    const from = streamId === undefined ? '' : ` in stream ${show(streamId)}`;
    const number = sequenceNumber === undefined ? '' : ` with sequence number ${sequenceNumber}`;
    const part = `${number}${where === undefined ? '' : ' with this payload'}`;
    const what = `\`${this.#event}\`${often}${from}${part}`;
    return `expected the service${not} to have received ${what}, but it ${this.#describeArrivals()}`;
  }

  #describeWanted(): string {
    if (!this.isMet) return describeBounds(this.#bounds);
    return isAtLeastOnce(this.#bounds) ? 'never' : `not ${describeBounds(this.#bounds)}`;
  }

  #describeArrivals(): string {
    const [came, like] = [this.#arrivals.length, this.#matches.length];
    if (came === 0)
      return this.#malformedArrivals.length === 0 ? 'has received none' : 'has received malformed ones only';
    if (like === came || this.isMet) return `has received it ${times(like)}`;
    return `has received ${came}, ${like === 0 ? 'none' : `only ${like}`} with it`;
  }

  #sections(): Failure['sections'] {
    const { scene } = this.#subject;
    const isTooFew = this.#matches.length < this.#bounds.atLeast;
    return [
      ['awaited', [`${meant(this.#criteria)}, ${this.#describeWanted()}`]],
      ['came', listed(this.#matches)],
      ['nearest', isTooFew ? nearest(this.#criteria, scene) : []],
      ['audio', isTooFew && this.#matches.length === 0 ? whereaboutsOf(this.#criteria, scene.entries) : []],
      ['malformed', isTooFew && this.#arrivals.length > this.#matches.length ? this.#malformed() : []],
      ['instead', this.#arrivals.length === 0 ? inventory(scene.entries, 'in') : []],
      ['hint', this.#hints(isTooFew)],
    ];
  }

  #hints(isTooFew: boolean): string[] {
    const mayCome = isTooFew && !isAtLeastOnce(this.#bounds) && this.#subject.scene.sessions.some(isOpen);
    return [
      ...(this.#asksForTimes ? ['`times` belongs into the argument after that: (event, {}, { times })'] : []),
      ...(mayCome ? ['what is still on its way is not counted; `await sts.idle()` first'] : []),
    ];
  }

  /** Where nothing comes nearer they are among the nearest already. */
  #malformed(): string[] {
    const { scene } = this.#subject;
    const others = scene.entries.filter(({ event }) => event !== this.#event);
    return this.#malformedArrivals.length === 0 ? [] : nearest(this.#criteria, { ...scene, entries: others });
  }

  get #asksForTimes(): boolean {
    const { where } = this.#criteria;
    return !this.isMet && hasFields(where) && Object.keys(where).join() === 'times';
  }
}

function isOpen({ state }: SessionSnapshot): boolean {
  return state !== 'closed';
}

function isAtLeastOnce({ atLeast, atMost }: Bounds): boolean {
  return atLeast === 1 && atMost === Number.POSITIVE_INFINITY;
}

/** Whether any payload matches. */
function isEmpty(partial: unknown): boolean {
  return partial === undefined || (hasFields(partial) && Object.keys(partial).length === 0);
}

/** A payload may be passed as it was sent: a timeline has audio by size and hash. */
function criterion(where: unknown): AnyPart | Judge {
  return (typeof where === 'function' ? where : summarizeAudio(where)) as AnyPart | Judge;
}

function summarizeAudio(partial: unknown): unknown {
  if (!hasFields(partial) || !hasFields(partial['audio'])) return partial;
  const { data_base64, ...rest } = partial['audio'];
  const finding = audioOf(data_base64);
  if (!('audio' in finding)) return partial;
  return { ...partial, audio: { ...rest, bytes: finding.audio.size, hash: finding.audio.hash } };
}
