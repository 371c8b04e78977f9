/** The results of one stream, one after the other: which is out of order, and whose audio is not what was received. */

import { hasFields } from '../criteria/difference.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { describeFault } from './entry-text.js';

type Result = TimelineEntry<'fragment:processed'>;
type Arrival = TimelineEntry<'fragment:data'>;
type Failure = TimelineEntry<'error'>;
type Audio = Arrival['payload']['audio'];

/** How often a fragment came. */
interface Arrivals {
  newest: Arrival;
  /** What `sameAudio` says of the audio of each. */
  readonly audios: Set<string>;
}

/** What is wrong with a result. */
export interface Mismatch {
  readonly streamId: string;
  /** What happened, with the stream as its subject. */
  readonly sentence: string;
  /** In the order of the timeline. */
  readonly entries: readonly TimelineEntry[];
}

export class StreamResults {
  readonly streamId: string;
  /** The sequence numbers of the results, in the order in which they came. */
  readonly order: number[] = [];
  readonly #seen = new Set<number>();
  /** The number of the first entry that the timeline still has. */
  readonly #firstKept: number;
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

  constructor(streamId: string, firstKept: number) {
    this.streamId = streamId;
    this.#firstKept = firstKept;
  }

  /** Returns what is wrong with the entry, if it is a result. */
  add(entry: TimelineEntry): Mismatch | undefined {
    if (entry.event === 'fragment:data') this.#addArrival(entry);
    if (entry.event === 'error') this.#addFailure(entry);
    return entry.event === 'fragment:processed' ? this.#check(entry) : undefined;
  }

  #addArrival(arrival: Arrival): void {
    const { fragment_id: id, audio } = arrival.payload;
    const { audios } = this.#arrivals.get(id) ?? { audios: new Set() };
    this.#arrivals.set(id, { newest: arrival, audios: audios.add(sameAudio(audio)) });
    this.#arrivalOf.set(arrival.n, arrival);
    if (this.#retryable.delete(id)) this.#retried.add(id);
  }

  /** An error rule may answer with an `error` in place of a result: that fragment may be retried as well. */
  #addFailure({ payload: { fragment_id, retryable } }: Failure): void {
    if (fragment_id !== undefined && retryable) this.#retryable.add(fragment_id);
  }

  #check(result: Result): Mismatch | undefined {
    const { fragment_id: id, sequence_number: number, status, error } = result.payload;
    // A rule may have malformed it.
    if (typeof id !== 'string' || !Number.isInteger(number))
      return this.#mismatch('sent a result without a `fragment_id` or `sequence_number`', result);
    const mismatch = this.#checkOrder(result) ?? (status === 'failed' ? undefined : this.#checkAudio(result));
    this.order.push(number);
    this.#seen.add(number);
    if (this.#highest === undefined || number > this.#highest.payload.sequence_number) this.#highest = result;
    this.#retried.delete(id);
    if (status === 'failed' && error?.retryable === true) this.#retryable.add(id);
    return mismatch;
  }

  #checkOrder(result: Result): Mismatch | undefined {
    const highest = this.#highest;
    const { sequence_number: number, fragment_id: id } = result.payload;
    if (highest === undefined || number > highest.payload.sequence_number || this.#retried.has(id)) return undefined;
    if (this.#seen.has(number)) return this.#mismatch(`got the result of fragment ${number} a second time`, result);
    const before = highest.payload.sequence_number;
    return this.#mismatch(`got the result of fragment ${number} after that of fragment ${before}`, highest, result);
  }

  #checkAudio(result: Result): Mismatch | undefined {
    const { sequence_number: number, dubbed_audio: sent, status } = result.payload;
    const subject = `got the result of fragment ${number}`;
    // A rule may have malformed that, too.
    if (!hasFields(sent)) return this.#mismatch(`${subject}, a ${status}, without audio`, result);
    const arrivals = this.#arrivalsFor(result);
    if (arrivals === undefined) {
      const isDropped = (result.cause?.entry ?? this.#firstKept) < this.#firstKept;
      return isDropped ? undefined : this.#mismatch(`${subject}, which was never received`, result);
    }
    if (arrivals.audios.has(sameAudio(sent))) return undefined;
    const arrival = arrivals.newest;
    const came = `${arrival.payload.audio.bytes} bytes (hash ${arrival.payload.audio.hash})`;
    const went = `${sent.bytes} bytes (hash ${sent.hash})`;
    return this.#mismatch(`${subject} with other audio: received ${came}, sent ${went}`, arrival, result);
  }

  /** The arrival that it answers, or all of that fragment; undefined when the timeline has none. */
  #arrivalsFor({ payload: { fragment_id: id }, cause }: Result): Arrivals | undefined {
    const answered = this.#arrivalOf.get(cause?.entry ?? 0);
    if (answered?.payload.fragment_id !== id) return this.#arrivals.get(id);
    return { newest: answered, audios: new Set([sameAudio(answered.payload.audio)]) };
  }

  #mismatch(sentence: string, ...entries: readonly TimelineEntry[]): Mismatch {
    return { streamId: this.streamId, sentence: `${sentence}${describeFault(entries.at(-1))}`, entries };
  }
}

/** The same text for the same audio. */
function sameAudio({ bytes, hash }: Pick<Audio, 'bytes' | 'hash'>): string {
  return `${bytes} ${hash}`;
}
