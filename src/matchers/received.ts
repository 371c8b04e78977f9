/** `toHaveReceived`: whether a worker has sent an event, with what in it, and how often. */

import { show, typed } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { hasFields } from '../criteria/difference.js';
import { type AnyPart, type EntryCriteria, isMeant, meant } from '../criteria/entry-criteria.js';
import { listed, times } from '../failures/entry-words.js';
import { failureText } from '../failures/failure-text.js';
import { inventory } from '../failures/inventory.js';
import { nearest } from '../failures/nearest.js';
import type { Failure } from '../failures/scene.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { DIRECTIONS } from '../timeline/event-names.js';
import { audioOf } from './audio.js';
import { whereaboutsOf } from './audio-whereabouts.js';
import { checkReceivable, type ReceivedEvent, type ReceivedParts } from './events.js';
import { checkOptions, invalidArgument } from './invalid-argument.js';
import type { Judgement } from './matcher-result.js';
import { evaluate, type Subject } from './subject.js';

const MATCHER = 'toHaveReceived';

/** How often it has to have come. */
export interface ReceivedOptions {
  /** Exactly so often; left out, at least once. */
  times?: number;
}

export function toHaveReceived<Name extends ReceivedEvent>(
  received: unknown,
  event: Name,
  partial?: ReceivedParts[Name],
  options: ReceivedOptions = {},
): Judgement {
  checkReceivable(event);
  checkTimes(options);
  return evaluate(MATCHER, received, (subject) => {
    const search = new Search(subject, event, partial, options.times);
    return { pass: search.isMet, message: () => search.message };
  });
}

/** What was asked for, and what of it is there. */
class Search {
  readonly #subject: Subject;
  readonly #event: ReceivedEvent;
  readonly #criteria: EntryCriteria;
  readonly #times: number | undefined;
  /** All of the event, … */
  readonly #arrivals: readonly TimelineEntry[];
  /** … and those that have the part. */
  readonly #matches: readonly TimelineEntry[];

  constructor(subject: Subject, event: ReceivedEvent, partial: unknown, times: number | undefined) {
    const all: EntryCriteria = { event, ...(DIRECTIONS[event].length > 1 && { direction: 'in' }) };
    const { entries } = subject.scene;
    this.#subject = subject;
    this.#event = event;
    this.#criteria = isEmpty(partial) ? all : { ...all, where: summarizeAudio(partial) as AnyPart };
    this.#times = times;
    this.#arrivals = entries.filter((entry) => isMeant(all, entry));
    this.#matches = this.#arrivals.filter((entry) => isMeant(this.#criteria, entry));
  }

  get isMet(): boolean {
    return this.#times === undefined ? this.#matches.length > 0 : this.#matches.length === this.#times;
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
    const often = this.isMet && this.#times === undefined ? '' : ` ${this.#describeTimes()}`;
    const from = view === undefined ? '' : ` in stream ${show(view.streamId)}`;
    const part = this.#criteria.where === undefined ? '' : ' with this payload';
    const what = `\`${this.#event}\`${often}${from}${part}`;
    return `expected the service${not} to have received ${what}, but it ${this.#describeArrivals()}`;
  }

  #describeTimes(): string {
    return this.#times === undefined ? 'at least once' : `exactly ${times(this.#times)}`;
  }

  #describeOtherTimes(): string {
    return this.#times === undefined ? 'never' : `not exactly ${times(this.#times)}`;
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
    const isTooFew = !this.isMet && this.#matches.length < (this.#times ?? 1);
    return [
      ['awaited', [`${meant(this.#criteria)}, ${this.isMet ? this.#describeOtherTimes() : this.#describeTimes()}`]],
      ['came', listed(this.#matches)],
      ['nearest', isTooFew ? nearest(this.#criteria, scene) : []],
      ['audio', isTooFew && this.#matches.length === 0 ? whereaboutsOf(this.#criteria, scene.entries) : []],
      ['malformed', isTooFew && this.#arrivals.length > this.#matches.length ? this.#malformed() : []],
      ['instead', this.#arrivals.length === 0 ? inventory(scene.entries, 'in') : []],
      ['hint', this.#hints(isTooFew)],
    ];
  }

  #hints(isTooFew: boolean): string[] {
    const mayCome = isTooFew && this.#times !== undefined && this.#subject.scene.sessions.some(isOpen);
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

function checkTimes(options: unknown): void {
  const { times } = checkOptions(MATCHER, options, ['times']);
  if (times === undefined || (Number.isInteger(times) && Number(times) >= 0)) return;
  throw invalidArgument(MATCHER, `\`times\` is expected to be an integer ≥ 0, got ${typed(times)}.`);
}

/** Whether any payload matches. */
function isEmpty(partial: unknown): boolean {
  return partial === undefined || (hasFields(partial) && Object.keys(partial).length === 0);
}

/** A payload may be passed as it was sent: a timeline has audio by size and hash. */
function summarizeAudio(partial: unknown): unknown {
  if (!hasFields(partial) || !hasFields(partial['audio'])) return partial;
  const { data_base64, ...rest } = partial['audio'];
  const finding = audioOf(data_base64);
  if (!('audio' in finding)) return partial;
  return { ...partial, audio: { ...rest, bytes: finding.audio.size, hash: finding.audio.hash } };
}
