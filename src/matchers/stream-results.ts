/** The results of one stream, one after the other: which is out of order, and whose audio is not what was received. */

import { hasFields } from '../criteria/difference.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { describeFault } from './entry-text.js';

type Result = TimelineEntry<'fragment:processed'>;
type Arrival = TimelineEntry<'fragment:data'>;
type Failure = TimelineEntry<'error'>;

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
  /** The number of the first entry that the timeline still has. */
  readonly #firstKept: number;
  readonly #arrivals = new Map<string, Arrival[]>();
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
    const { fragment_id: id } = arrival.payload;
    this.#arrivals.set(id, [...(this.#arrivals.get(id) ?? []), arrival]);
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
    if (this.#highest === undefined || number > this.#highest.payload.sequence_number) this.#highest = result;
    this.#retried.delete(id);
    if (status === 'failed' && error?.retryable === true) this.#retryable.add(id);
    return mismatch;
  }

  #checkOrder(result: Result): Mismatch | undefined {
    const highest = this.#highest;
    const { sequence_number: number, fragment_id: id } = result.payload;
    if (highest === undefined || number > highest.payload.sequence_number || this.#retried.has(id)) return undefined;
    if (this.order.includes(number))
      return this.#mismatch(`got the result of fragment ${number} a second time`, result);
    const before = highest.payload.sequence_number;
    return this.#mismatch(`got the result of fragment ${number} after that of fragment ${before}`, highest, result);
  }

  #checkAudio(result: Result): Mismatch | undefined {
    const { sequence_number: number, dubbed_audio: sent, status } = result.payload;
    const subject = `got the result of fragment ${number}`;
    // A rule may have malformed that, too.
    if (!hasFields(sent)) return this.#mismatch(`${subject}, a ${status}, without audio`, result);
    const arrivals = this.#arrivalsFor(result);
    if (arrivals === undefined) return undefined;
    const isEcho = ({ payload: { audio } }: Arrival) => audio.bytes === sent.bytes && audio.hash === sent.hash;
    if (arrivals.some(isEcho)) return undefined;
    const arrival = arrivals.at(-1);
    if (arrival === undefined) return this.#mismatch(`${subject}, which was never received`, result);
    const came = `${arrival.payload.audio.bytes} bytes (hash ${arrival.payload.audio.hash})`;
    const went = `${sent.bytes} bytes (hash ${sent.hash})`;
    return this.#mismatch(`${subject} with other audio: received ${came}, sent ${went}`, arrival, result);
  }

  /** The arrival that it answers, or all of that fragment; undefined when the timeline has dropped it. */
  #arrivalsFor({ payload, cause }: Result): readonly Arrival[] | undefined {
    const all = this.#arrivals.get(payload.fragment_id) ?? [];
    const answered = all.filter(({ n }) => n === cause?.entry);
    if (answered.length > 0) return answered;
    const isDropped = cause?.entry !== undefined && cause.entry < this.#firstKept;
    return isDropped && all.length === 0 ? undefined : all;
  }

  #mismatch(sentence: string, ...entries: readonly TimelineEntry[]): Mismatch {
    return { streamId: this.streamId, sentence: `${sentence}${describeFault(entries.at(-1))}`, entries };
  }
}
