/**
 * Everything that crossed the wire in either direction and what the fixture decided, in order. Bounded. Who waits for
 * something is told of news after each event as a whole, when the session has already drawn its consequences.
 */

import type { CutPhase } from '../core/cut-forms.js';
import type { Because } from '../core/protocol.js';
import { describeRule } from '../core/rules.js';
import { freeze } from '../core/snapshot.js';
import type { AudioDigest } from '../core/vocabulary.js';
import type { Cause, Direction, EventName, TimelineEntry, TimelineFilter } from './entry.js';
import { Flattener, fieldOf, keptText, payloadOf } from './flat-payload.js';
import { type Fact, type Kept, type Participant, Shelf } from './shelf.js';

/** What is behind an entry, as it is known when it is recorded. */
export interface Reason {
  readonly sequenceNumber?: number | undefined;
  /** The entry that this one answers directly. */
  readonly answers?: number | undefined;
  readonly because?: Because | undefined;
  readonly cut?: CutPhase | undefined;
  /** Of the payload's audio, where it has been read already. */
  readonly audioDigest?: AudioDigest | undefined;
}

/** A filter whose fields may be undefined. */
export type Selection = { readonly [Key in keyof TimelineFilter]: TimelineFilter[Key] | undefined } & {
  readonly sequenceNumber?: number | undefined;
};

type Listener = (entry: TimelineEntry) => void;
type IsMeant = (participant: Participant | undefined) => boolean;

/** What a listener is told of: entries of these participants, with a higher number. */
interface Audience {
  readonly isMeant: IsMeant;
  readonly since: number;
}

/** All texts of all entries together: beyond it the oldest entries go, for a worker chooses how much it says. */
const CHARACTER_LIMIT = 16 * 1024 * 1024;
const NO_REASON: Reason = {};

export class Timeline {
  readonly #limit: number;
  readonly #keepsAudio: boolean;
  #shelf: Shelf;
  #flattener: Flattener;
  #era = 0;
  readonly #listeners = new Map<Listener, Audience>();
  /** What the listeners have not been told of; nothing while there are none. */
  #news: Kept[] = [];
  #isTelling = false;

  constructor({ limit, audio }: { readonly limit: number; readonly audio: boolean }) {
    this.#limit = limit;
    this.#keepsAudio = audio;
    this.#shelf = new Shelf(limit);
    this.#flattener = new Flattener(audio);
  }

  /** Whether anybody is to see what is recorded now. */
  get isRecording(): boolean {
    return this.#limit > 0 || this.#listeners.size > 0;
  }

  /** The number of the newest entry; 0 before the first. */
  get newest(): number {
    return this.#shelf.newest;
  }

  /** Another one each time that all entries are forgotten. */
  get era(): number {
    return this.#era;
  }

  /** How many of the oldest entries are no longer there. */
  get dropped(): number {
    return this.#shelf.oldest - 1;
  }

  /** Answers its number. Listeners hear of it with the next `tell`. */
  record(
    direction: Direction,
    event: EventName,
    payload: object,
    atMs: number,
    participant: Participant | undefined,
    reason: Reason = NO_REASON,
  ): number {
    const n = this.#shelf.newest + 1;
    if (!this.isRecording) {
      this.#shelf.skip();
      return n;
    }
    const { sequenceNumber, answers, because, cut, audioDigest } = reason;
    const flat = this.#flattener.flatten(event, payload, audioDigest);
    const { characters } = this.#flattener;
    const kept = {
      n,
      atMs,
      direction,
      event,
      participant,
      payload: flat,
      characters,
      sequenceNumber,
      answers,
      because,
      cut,
    };
    if (event === 'error' && answers !== undefined) this.#shelf.refuse(answers);
    if (this.#listeners.size > 0) this.#news.push(kept);
    while (this.#isOverfull(characters)) this.#shelf.dropOldest();
    this.#shelf.add(kept);
    return n;
  }

  /** To be called when an event has been dealt with. */
  tell(): void {
    // A listener may bring about further entries: all listeners are told of them in their turn.
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let kept = this.#news.shift(); kept !== undefined; kept = this.#news.shift()) {
      const entry = this.#shown(kept);
      for (const [listener, { isMeant, since }] of this.#listeners) {
        if (kept.n > since && isMeant(kept.participant)) listener(entry);
      }
    }
    this.#isTelling = false;
  }

  /**
   * Calls back with what is recorded from now on, of participants that `isMeant` says yes to; the answer ends that.
   * Listeners must not throw.
   */
  listen(listener: Listener, isMeant: IsMeant = all): () => void {
    this.#listeners.set(listener, { isMeant, since: this.newest });
    return () => this.#listeners.delete(listener);
  }

  /** A participant is not what it was: who listens for what it is now has not been told of its past. */
  changed(participant: Participant, former: Participant): void {
    const untold = this.#news[0]?.n ?? this.newest + 1;
    for (const [listener, { isMeant }] of this.#listeners) {
      if (isMeant(former) || !isMeant(participant)) continue;
      const past = this.read({}, (other) => other === participant);
      for (const entry of past) if (entry.n < untold) listener(entry);
    }
  }

  /** Frozen, in order. Of participants, those that `isMeant` says yes to. */
  read(filter: Selection = {}, isMeant: IsMeant = all): TimelineEntry[] {
    const { streamId, direction, event, sequenceNumber, since = 0, limit = Number.POSITIVE_INFINITY } = filter;
    const name = streamId === undefined ? undefined : keptText(streamId);
    const entries: TimelineEntry[] = [];
    for (let n = this.newest; n >= Math.max(this.#shelf.oldest, since + 1) && entries.length < limit; n -= 1) {
      const kept = this.#shelf.at(n);
      if (kept === undefined || !isMeant(kept.participant)) continue;
      if (name !== undefined && kept.participant?.streamId !== name) continue;
      if (direction !== undefined && kept.direction !== direction) continue;
      if (event !== undefined && kept.event !== event) continue;
      if (sequenceNumber !== undefined && kept.sequenceNumber !== sequenceNumber) continue;
      entries.push(this.#shown(kept));
    }
    return entries.reverse();
  }

  /** The entry with that number; undefined when it is not there any more. */
  entry(n: number): TimelineEntry | undefined {
    const kept = this.#shelf.at(n);
    return kept && this.#shown(kept);
  }

  /** The numbers of the entries before that one, in order, that `isMeant` says yes to; none is made for that. */
  numbersBefore(n: number, isMeant: (fact: Fact) => boolean): number[] {
    const numbers: number[] = [];
    for (let earlier = this.#shelf.oldest; earlier < n; earlier += 1) {
      const kept = this.#shelf.at(earlier);
      if (kept !== undefined && isMeant(kept)) numbers.push(earlier);
    }
    return numbers;
  }

  clear(): void {
    this.#era += 1;
    this.#shelf = new Shelf(this.#limit);
    this.#flattener = new Flattener(this.#keepsAudio);
    this.#news = [];
    for (const [listener, { isMeant }] of this.#listeners) this.#listeners.set(listener, { isMeant, since: 0 });
  }

  #isOverfull(characters: number): boolean {
    // Kept audio is what was asked for; the limit is then that of entries alone.
    return !this.#keepsAudio && this.#shelf.size > 0 && this.#shelf.characters + characters > CHARACTER_LIMIT;
  }

  #shown(kept: Kept): TimelineEntry {
    const { n, atMs, direction, event, participant, payload, sequenceNumber } = kept;
    const cause = this.#cause(kept);
    return freeze({
      n,
      atMs,
      direction,
      event,
      streamId: participant?.streamId ?? '',
      ...(participant !== undefined && { sessionId: participant.sessionId }),
      ...(sequenceNumber !== undefined && { sequenceNumber }),
      payload: payloadOf(payload),
      ...(cause !== undefined && { cause }),
    }) as TimelineEntry;
  }

  #cause(kept: Kept): Cause | undefined {
    const { answers, because: { rule, fault, delayMs } = {}, cut } = kept;
    // A result may come with the event that fills a gap before it, and does not answer that.
    const entry =
      kept.event === 'fragment:processed' ? this.#arrivalBehind(kept) : (answers ?? this.#arrivalBehind(kept));
    const cause = {
      ...(entry !== undefined && { entry }),
      ...(rule !== undefined && { rule: describeRule(rule) }),
      ...(fault !== undefined && { fault }),
      ...(delayMs !== undefined && { delayMs }),
      ...(cut !== undefined && { cut }),
    };
    return Object.keys(cause).length === 0 ? undefined : cause;
  }

  /** The newest `fragment:data` before a message about its fragment: looked for only when somebody looks. */
  #arrivalBehind({ n, direction, participant, payload }: Kept): number | undefined {
    const fragmentId = fieldOf(payload, 'fragment_id');
    if (direction !== 'out' || fragmentId === undefined) return undefined;
    for (let earlier = n - 1; earlier >= this.#shelf.oldest; earlier -= 1) {
      const kept = this.#shelf.at(earlier);
      const isArrival =
        kept?.event === 'fragment:data' && kept.participant === participant && !this.#shelf.isRefused(earlier);
      if (isArrival && fieldOf(kept.payload, 'fragment_id') === fragmentId) return earlier;
    }
    return undefined;
  }
}

function all(): boolean {
  return true;
}
