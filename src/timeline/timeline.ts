/**
 * Everything that crossed the wire in either direction and what the fixture decided, in order. Bounded. Who waits for
 * something is told of news after each event as a whole, when the session has already drawn its consequences.
 */

import type { CutPhase } from '../core/cut-forms.js';
import type { Because } from '../core/protocol.js';
import { describeRule } from '../core/rules.js';
import type { AudioDigest } from '../core/vocabulary.js';
import type { Cause, Direction, EventName, TimelineEntry } from './entry.js';
import { copyPayload, keptText } from './payload-copy.js';
import { RingBuffer } from './ring-buffer.js';
import type { Participant, StoredEntry } from './stored-entry.js';

/** What is known of an entry when it is recorded, besides its payload. */
export interface EntryFacts {
  readonly sequenceNumber?: number | undefined;
  /** The entry that this one answers directly. */
  readonly answers?: number | undefined;
  readonly because?: Because | undefined;
  readonly cut?: CutPhase | undefined;
  /** Of the payload's audio, where it has been read already. */
  readonly audioDigest?: AudioDigest | undefined;
}

/** Which entries are read; what is undefined restricts nothing. */
export interface Selection {
  readonly streamId?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly event?: EventName | undefined;
  readonly sequenceNumber?: number | undefined;
  /** Those with a higher number. */
  readonly since?: number | undefined;
  /** The newest that many. */
  readonly limit?: number | undefined;
}

type Listener = (entry: TimelineEntry) => void;
type IsMeant = (participant: Participant | undefined) => boolean;

/** What a listener is told of: entries of these participants, with a higher number. */
interface Audience {
  readonly isMeant: IsMeant;
  readonly since: number;
}

/** All texts of all entries together: beyond it the oldest entries go, for a worker chooses how much it says. */
const CHARACTER_LIMIT = 16 * 1024 * 1024;
const NO_FACTS: EntryFacts = {};

export class Timeline {
  readonly #limit: number;
  readonly #keepsAudio: boolean;
  #entries: RingBuffer<StoredEntry>;
  /** Of all entries together. */
  #characters = 0;
  #era = 0;
  readonly #listeners = new Map<Listener, Audience>();
  /** What the listeners have not been told of; nothing while there are none. */
  #news: StoredEntry[] = [];
  #isTelling = false;
  #precede = () => {};

  constructor({ limit, audio }: { readonly limit: number; readonly audio: boolean }) {
    this.#limit = limit;
    this.#keepsAudio = audio;
    this.#entries = new RingBuffer(limit);
  }

  /** The number of the newest entry; 0 before the first. */
  get newest(): number {
    return this.#entries.newest;
  }

  /** Another one each time that all entries are forgotten. */
  get era(): number {
    return this.#era;
  }

  /** How many of the oldest entries are no longer there. */
  get dropped(): number {
    return this.#entries.oldest - 1;
  }

  /** Called before each entry; what it records stands before that. */
  precedeBy(precede: () => void): void {
    this.#precede = precede;
  }

  /** Returns its number. Listeners hear of it with the next `tell`. */
  record(
    direction: Direction,
    event: EventName,
    payload: object,
    atMs: number,
    participant: Participant | undefined,
    facts: EntryFacts = NO_FACTS,
  ): number {
    this.#precede();
    const n = this.newest + 1;
    if (!this.#isRecording) {
      this.#entries.skip();
      return n;
    }
    const copy = copyPayload(payload, this.#keepsAudio, facts.audioDigest);
    // Field by field: a spread costs more than all the rest.
    const entry = {
      n,
      atMs,
      direction,
      event,
      participant,
      payload: copy.payload,
      characters: copy.characters,
      sequenceNumber: facts.sequenceNumber,
      answers: facts.answers,
      because: facts.because,
      cut: facts.cut,
    };
    this.#store(Object.freeze(entry));
    return n;
  }

  /** Gives an entry another payload; who was told of it is not told again. Returns whether it is there. */
  amend(n: number, payload: object): boolean {
    const stored = this.#entries.at(n);
    if (stored === undefined) return false;
    const copy = copyPayload(payload, this.#keepsAudio);
    this.#characters += copy.characters - stored.characters;
    this.#entries.replace(n, Object.freeze({ ...stored, ...copy }));
    return true;
  }

  /** To be called when an event has been dealt with. */
  tell(): void {
    // A listener may bring about further entries: all listeners are told of them in their turn.
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let stored = this.#news.shift(); stored !== undefined; stored = this.#news.shift()) {
      const entry = this.#show(stored);
      for (const [listener, { isMeant, since }] of this.#listeners) {
        if (stored.n > since && isMeant(stored.participant)) listener(entry);
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
    const next = this.#news[0]?.n ?? this.newest + 1;
    for (const [listener, { isMeant }] of this.#listeners) {
      if (isMeant(former) || !isMeant(participant)) continue;
      const past = this.read({}, (other) => other === participant);
      for (const entry of past) if (entry.n < next) listener(entry);
    }
  }

  /** Frozen, in order. Of participants, those that `isMeant` says yes to. */
  read(filter: Selection = {}, isMeant: IsMeant = all): TimelineEntry[] {
    const { streamId, direction, event, sequenceNumber, since = 0, limit = Number.POSITIVE_INFINITY } = filter;
    const name = streamId === undefined ? undefined : keptText(streamId);
    const entries: TimelineEntry[] = [];
    for (let n = this.newest; n >= Math.max(this.#entries.oldest, since + 1) && entries.length < limit; n -= 1) {
      const stored = this.#entries.at(n);
      if (stored === undefined || !isMeant(stored.participant)) continue;
      if (name !== undefined && stored.participant?.streamId !== name) continue;
      if (direction !== undefined && stored.direction !== direction) continue;
      if (event !== undefined && stored.event !== event) continue;
      if (sequenceNumber !== undefined && stored.sequenceNumber !== sequenceNumber) continue;
      entries.push(this.#show(stored));
    }
    return entries.reverse();
  }

  /** The entry with that number; undefined when it is not there any more. */
  entry(n: number): TimelineEntry | undefined {
    const stored = this.#entries.at(n);
    return stored && this.#show(stored);
  }

  /** The numbers of the entries before that one, in order, that `isMeant` says yes to; none is made for that. */
  numbersBefore(n: number, isMeant: (entry: StoredEntry) => boolean): number[] {
    const numbers: number[] = [];
    for (let earlier = this.#entries.oldest; earlier < n; earlier += 1) {
      const stored = this.#entries.at(earlier);
      if (stored !== undefined && isMeant(stored)) numbers.push(earlier);
    }
    return numbers;
  }

  clear(): void {
    this.#era += 1;
    this.#entries = new RingBuffer(this.#limit);
    this.#characters = 0;
    this.#news = [];
    for (const [listener, { isMeant }] of this.#listeners) this.#listeners.set(listener, { isMeant, since: 0 });
  }

  /** Whether anybody is to see what is recorded now. */
  get #isRecording(): boolean {
    return this.#limit > 0 || this.#listeners.size > 0;
  }

  #store(entry: StoredEntry): void {
    if (this.#listeners.size > 0) this.#news.push(entry);
    this.#characters += entry.characters;
    this.#forget(this.#entries.push(entry));
    // Kept audio is what was asked for; the limit is then that of entries alone.
    while (!this.#keepsAudio && this.#entries.size > 1 && this.#characters > CHARACTER_LIMIT) {
      this.#forget(this.#entries.shift());
    }
  }

  #forget(entry: StoredEntry | undefined): void {
    if (entry !== undefined) this.#characters -= entry.characters;
  }

  /** As it is handed out: with the name that its participant has by now, and with its cause, looked for only here. */
  #show(stored: StoredEntry): TimelineEntry {
    const { n, atMs, direction, event, participant, sequenceNumber, payload } = stored;
    const cause = this.#causeOf(stored);
    return Object.freeze({
      n,
      atMs,
      direction,
      event,
      streamId: participant?.streamId ?? '',
      ...(participant !== undefined && participant.sessionId !== '' && { sessionId: participant.sessionId }),
      ...(sequenceNumber !== undefined && { sequenceNumber }),
      payload,
      ...(cause !== undefined && { cause: Object.freeze(cause) }),
    }) as TimelineEntry;
  }

  #causeOf(stored: StoredEntry): Cause | undefined {
    const { event, answers, because: { rule, fault, delayMs } = {}, cut } = stored;
    // A result may come with the event that fills a gap before it, and does not answer that.
    const direct = event === 'fragment:processed' ? undefined : answers;
    const entry = direct ?? this.#arrivalBehind(stored);
    const cause = {
      ...(entry !== undefined && { entry }),
      ...(rule !== undefined && { rule: describeRule(rule) }),
      ...(fault !== undefined && { fault }),
      ...(delayMs !== undefined && { delayMs }),
      ...(cut !== undefined && { cut }),
    };
    return Object.keys(cause).length === 0 ? undefined : cause;
  }

  /** The newest `fragment:data` before a message about its fragment that was not refused. */
  #arrivalBehind({ n, direction, participant, payload }: StoredEntry): number | undefined {
    const fragmentId = payload['fragment_id'];
    if (direction !== 'out' || fragmentId === undefined) return undefined;
    const refused = new Set<number>();
    for (let earlier = n - 1; earlier >= this.#entries.oldest; earlier -= 1) {
      const stored = this.#entries.at(earlier);
      if (stored?.event === 'error' && stored.answers !== undefined) refused.add(stored.answers);
      const isArrival = stored?.event === 'fragment:data' && stored.participant === participant;
      if (isArrival && !refused.has(earlier) && stored.payload['fragment_id'] === fragmentId) return earlier;
    }
    return undefined;
  }
}

function all(): boolean {
  return true;
}
