/** The results of one stream, one after the other: which is out of order, whose audio is other than it came, and which are missing. */

import type { SessionSnapshot } from '../core/snapshot.js';
import { hasFields } from '../criteria/difference.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { keyOf } from './audio-places.js';
import { describeFault } from './entry-text.js';
import { FragmentOutcomes, type Unechoed } from './fragment-outcomes.js';

type Result = TimelineEntry<'fragment:processed'>;
type Arrival = TimelineEntry<'fragment:data'>;
type Failure = TimelineEntry<'error'>;
type AudioSummary = Arrival['payload']['audio'];

/** How often a fragment came. */
interface Arrivals {
  newest: Arrival;
  /** The keys of the audio of each. */
  readonly audios: Set<string>;
}

/** What is wrong with a result. */
export interface Mismatch {
  /** What happened, with the stream as its subject. */
  readonly sentence: string;
  /** In the order of the timeline. */
  readonly entries: readonly TimelineEntry[];
}

/** A result with audio, and its fragment. */
export interface Echo {
  readonly arrival: Arrival;
  readonly result: Result;
  readonly sent: AudioSummary;
  readonly isExact: boolean;
}

export class StreamResults {
  readonly streamId: string;
  /** The sequence numbers of the results, in the order in which they came. */
  readonly order: number[] = [];
  /** What is wrong, but for audio. */
  readonly mismatches: Mismatch[] = [];
  readonly echoes: Echo[] = [];
  readonly #seen = new Set<number>();
  readonly #outcomes = new FragmentOutcomes();
  /** The number of the first entry that the timeline still has. */
  readonly #firstKept: number;
  /** Sequence numbers whose results need not be there, nor as they should be. */
  readonly #except: ReadonlySet<number>;
  /** By the ids of the fragments, … */
  readonly #arrivals = new Map<string, Arrivals>();
  /** … and by the numbers of the entries. */
  readonly #arrivalOf = new Map<number, Arrival>();
  /** Ids of the fragments that may be sent again, … */
  readonly #retryable = new Set<string>();
  /** … and of those that have been (PROTOCOL §6.4). */
  readonly #retried = new Set<string>();
  /** The one with the highest sequence number. */
  #highest: Result | undefined;

  constructor(streamId: string, firstKept: number, except: ReadonlySet<number>) {
    this.streamId = streamId;
    this.#firstKept = firstKept;
    this.#except = except;
  }

  add(entry: TimelineEntry): void {
    if (entry.event === 'fragment:data') this.#addArrival(entry);
    if (entry.event === 'error') this.#addFailure(entry);
    if (entry.event === 'fragment:processed') this.#addResult(entry);
    this.#outcomes.add(entry);
  }

  /** The ids of the fragments whose audio has come back. */
  get echoed(): string[] {
    return this.#outcomes.echoed;
  }

  /** The fragments that were taken and have not come back, but for the excepted ones. */
  unechoed(session: SessionSnapshot | undefined): Unechoed[] {
    return this.#outcomes.unechoed(session).filter(({ number }) => !this.#except.has(number));
  }

  #addArrival(arrival: Arrival): void {
    const { fragment_id: id, audio } = arrival.payload;
    const { audios } = this.#arrivals.get(id) ?? { audios: new Set() };
    this.#arrivals.set(id, { newest: arrival, audios: audios.add(keyOfSummary(audio)) });
    this.#arrivalOf.set(arrival.n, arrival);
    if (this.#retryable.delete(id)) this.#retried.add(id);
  }

  /** An error rule may answer with an `error` in place of a result: that fragment may be retried as well. */
  #addFailure({ payload: { fragment_id, retryable } }: Failure): void {
    if (fragment_id !== undefined && retryable) this.#retryable.add(fragment_id);
  }

  #addResult(result: Result): void {
    const { fragment_id: id, sequence_number: number, status, error } = result.payload;
    // A rule may have malformed it.
    if (typeof id !== 'string' || !Number.isInteger(number)) {
      if (!this.#except.has(result.sequenceNumber ?? Number(number)))
        this.#addMismatch('sent a result without a `fragment_id` or `sequence_number`', result);
      return;
    }
    this.#checkOrder(result);
    if (status !== 'failed' && !this.#except.has(number)) this.#checkAudio(result);
    this.order.push(number);
    this.#seen.add(number);
    if (this.#highest === undefined || number > this.#highest.payload.sequence_number) this.#highest = result;
    this.#retried.delete(id);
    if (status === 'failed' && error?.retryable === true) this.#retryable.add(id);
  }

  #checkOrder(result: Result): void {
    const highest = this.#highest;
    const { sequence_number: number, fragment_id: id } = result.payload;
    if (highest === undefined || number > highest.payload.sequence_number || this.#retried.has(id)) return;
    const before = highest.payload.sequence_number;
    if (this.#seen.has(number)) this.#addMismatch(`got the result of fragment ${number} a second time`, result);
    else this.#addMismatch(`got the result of fragment ${number} after that of fragment ${before}`, highest, result);
  }

  #checkAudio(result: Result): void {
    const { sequence_number: number, dubbed_audio: sent, status } = result.payload;
    const subject = `got the result of fragment ${number}`;
    const arrivals = this.#arrivalsFor(result);
    // A rule may have malformed that, too.
    if (!hasFields(sent)) this.#addMismatch(`${subject}, a ${status}, without audio`, result);
    else if (arrivals !== undefined) {
      const isExact = arrivals.audios.has(keyOfSummary(sent));
      this.echoes.push({ arrival: arrivals.newest, result, sent, isExact });
    } else if ((result.cause?.entry ?? this.#firstKept) >= this.#firstKept)
      this.#addMismatch(`${subject}, which was never received`, result);
  }

  /** The arrival that it belongs to, or all arrivals of that fragment; undefined when the timeline has none. */
  #arrivalsFor({ payload: { fragment_id: id }, cause }: Result): Arrivals | undefined {
    const answered = this.#arrivalOf.get(cause?.entry ?? 0);
    if (answered?.payload.fragment_id !== id) return this.#arrivals.get(id);
    return { newest: answered, audios: new Set([keyOfSummary(answered.payload.audio)]) };
  }

  #addMismatch(sentence: string, ...entries: readonly TimelineEntry[]): void {
    this.mismatches.push({ sentence: `${sentence}${describeFault(entries.at(-1))}`, entries });
  }
}

function keyOfSummary({ bytes, hash }: Pick<AudioSummary, 'bytes' | 'hash'>): string {
  return keyOf({ size: bytes, hash });
}
