/**
 * All messages in both directions and all decisions of the fixture, in order. Bounded. Listeners are called after each
 * event as a whole, when the session has already processed it.
 */

import type { CutPhase } from '../core/cut-forms.js';
import type { Because } from '../core/protocol.js';
import { describeRule } from '../core/rules.js';
import type { AudioDigest } from '../core/vocabulary.js';
import type { Cause, Direction, EventName, TimelineEntry } from './entry.js';
import { copyPayload, keptText } from './payload-copy.js';
import { RingBuffer } from './ring-buffer.js';
import type { Participant, StoredEntry } from './stored-entry.js';

/** What is known of an entry when it is recorded, apart from its payload. */
export interface EntryFacts {
  readonly sequenceNumber?: number | undefined;
  /** The number of the entry that this one directly replies to. */
  readonly answers?: number | undefined;
  readonly because?: Because | undefined;
  readonly cut?: CutPhase | undefined;
  /** The digest of the payload's audio, if already known. */
  readonly audioDigest?: AudioDigest | undefined;
}

/** Which entries to read; an undefined field restricts nothing. */
export interface Selection {
  readonly streamId?: string | undefined;
  readonly direction?: Direction | undefined;
  readonly event?: EventName | undefined;
  readonly sequenceNumber?: number | undefined;
  /** Only entries with a higher number. */
  readonly since?: number | undefined;
  /** Maximum number of entries; the newest are kept. */
  readonly limit?: number | undefined;
}

type Listener = (entry: TimelineEntry) => void;
type IsMeant = (participant: Participant | undefined) => boolean;

/** Which entries a listener gets: those of matching participants, with a higher number. */
interface Audience {
  readonly isMeant: IsMeant;
  readonly since: number;
}

/** Maximum size of all entries together; over it the oldest are dropped, because a worker decides how much it sends. */
const CHARACTER_LIMIT = 16 * 1024 * 1024;
const NO_FACTS: EntryFacts = {};

export class Timeline {
  readonly #limit: number;
  readonly #keepsAudio: boolean;
  #entries: RingBuffer<StoredEntry>;
  /** The size of all entries together. */
  #characters = 0;
  #era = 0;
  readonly #listeners = new Map<Listener, Audience>();
  /** Entries not yet passed to the listeners; empty while there are none. */
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

  /** Changes each time all entries are forgotten. */
  get era(): number {
    return this.#era;
  }

  /** Number of dropped entries. */
  get dropped(): number {
    return this.#entries.oldest - 1;
  }

  /** `precede` is called before each entry; entries that it records come first. */
  precedeBy(precede: () => void): void {
    this.#precede = precede;
  }

  /** Records an entry and returns its number. Listeners get it with the next `tell`. */
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
    // Field by field: a spread would cost more than everything else here.
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

  /** Replaces the payload of an entry, without calling listeners again. Returns whether the entry exists. */
  amend(n: number, payload: object): boolean {
    const stored = this.#entries.at(n);
    if (stored === undefined) return false;
    const copy = copyPayload(payload, this.#keepsAudio);
    this.#characters += copy.characters - stored.characters;
    this.#entries.replace(n, Object.freeze({ ...stored, ...copy }));
    return true;
  }

  /** Calls the listeners. Call it when an event has been processed. */
  tell(): void {
    // A listener may cause further entries: all listeners get them in order.
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
   * Calls back with each entry recorded from now on whose participant `isMeant` accepts. Returns a function that ends
   * that. Listeners must not throw.
   */
  listen(listener: Listener, isMeant: IsMeant = all): () => void {
    this.#listeners.set(listener, { isMeant, since: this.newest });
    return () => this.#listeners.delete(listener);
  }

  /** A participant has changed: listeners that only now accept it have not received its earlier entries. */
  changed(participant: Participant, former: Participant): void {
    const next = this.#news[0]?.n ?? this.newest + 1;
    for (const [listener, { isMeant }] of this.#listeners) {
      if (isMeant(former) || !isMeant(participant)) continue;
      const past = this.read({}, (other) => other === participant);
      for (const entry of past) if (entry.n < next) listener(entry);
    }
  }

  /** Returns frozen entries, in order, of participants that `isMeant` accepts. */
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

  /** The entry with that number; undefined if it was dropped. */
  entry(n: number): TimelineEntry | undefined {
    const stored = this.#entries.at(n);
    return stored && this.#show(stored);
  }

  /** The numbers of the entries before that one, in order, that `isMeant` accepts. Creates no entries. */
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

  /** Whether entries are kept or anybody listens. */
  get #isRecording(): boolean {
    return this.#limit > 0 || this.#listeners.size > 0;
  }

  #store(entry: StoredEntry): void {
    if (this.#listeners.size > 0) this.#news.push(entry);
    this.#characters += entry.characters;
    this.#forget(this.#entries.push(entry));
    // The test asked to keep audio: then only the number of entries is limited.
    while (!this.#keepsAudio && this.#entries.size > 1 && this.#characters > CHARACTER_LIMIT) {
      this.#forget(this.#entries.shift());
    }
  }

  #forget(entry: StoredEntry | undefined): void {
    if (entry !== undefined) this.#characters -= entry.characters;
  }

  /**
   * The entry as it is returned: with the current name of its participant, and with its cause, which is found only
   * here.
   */
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
    const { event, answers, because: { rule, fault, delayMs, plan } = {}, cut } = stored;
    // A result may be released by the event that fills a gap before it, but it does not reply to that event.
    const direct = event === 'fragment:processed' ? undefined : answers;
    const entry = direct ?? this.#arrivalBehind(stored);
    const cause = {
      ...(entry !== undefined && { entry }),
      ...(rule !== undefined && { rule: describeRule(rule) }),
      ...(fault !== undefined && { fault }),
      ...(delayMs !== undefined && { delayMs }),
      ...(cut !== undefined && { cut }),
      ...(plan !== undefined && { plan }),
    };
    return Object.keys(cause).length === 0 ? undefined : cause;
  }

  /** The newest `fragment:data` of the fragment before this message that was not refused. */
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
