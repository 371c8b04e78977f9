/** The results of one stream as they go by: which of them offends against order, and whose audio is not what came. */

import { hasFields } from '../criteria/difference.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { faultOf } from './origin.js';

type Result = TimelineEntry<'fragment:processed'>;
type Arrival = TimelineEntry<'fragment:data'>;
type Failure = TimelineEntry<'error'>;

/** The first thing that is wrong with a result. */
export interface Offence {
  readonly streamId: string;
  /** What the stream did. */
  readonly sentence: string;
  /** In the order in which they came. */
  readonly entries: readonly TimelineEntry[];
}

export class StreamOfResults {
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

  /** Answers what is wrong with the entry, if it is a result. */
  take(entry: TimelineEntry): Offence | undefined {
    if (entry.event === 'fragment:data') this.#arrive(entry);
    if (entry.event === 'error') this.#fail(entry);
    return entry.event === 'fragment:processed' ? this.#judge(entry) : undefined;
  }

  #arrive(arrival: Arrival): void {
    const { fragment_id: id } = arrival.payload;
    this.#arrivals.set(id, [...(this.#arrivals.get(id) ?? []), arrival]);
    if (this.#retryable.delete(id)) this.#retried.add(id);
  }

  /** An error rule may answer with an `error` in place of a result: the turn of that fragment has passed, too. */
  #fail({ payload: { fragment_id, retryable } }: Failure): void {
    if (fragment_id !== undefined && retryable) this.#retryable.add(fragment_id);
  }

  #judge(result: Result): Offence | undefined {
    const { fragment_id: id, sequence_number: number, status, error } = result.payload;
    // A rule may have malformed it.
    if (typeof id !== 'string' || !Number.isInteger(number))
      return this.#offence('sent a result without a `fragment_id` or `sequence_number`', result);
    const offence = this.#judgeOrder(result) ?? (status === 'failed' ? undefined : this.#judgeAudio(result));
    this.order.push(number);
    if (this.#highest === undefined || number > this.#highest.payload.sequence_number) this.#highest = result;
    this.#retried.delete(id);
    if (status === 'failed' && error?.retryable === true) this.#retryable.add(id);
    return offence;
  }

  #judgeOrder(result: Result): Offence | undefined {
    const highest = this.#highest;
    const { sequence_number: number, fragment_id: id } = result.payload;
    if (highest === undefined || number > highest.payload.sequence_number || this.#retried.has(id)) return undefined;
    if (this.order.includes(number)) return this.#offence(`got the result of fragment ${number} a second time`, result);
    const before = highest.payload.sequence_number;
    return this.#offence(`got the result of fragment ${number} after that of fragment ${before}`, highest, result);
  }

  #judgeAudio(result: Result): Offence | undefined {
    const { sequence_number: number, dubbed_audio: sent, status } = result.payload;
    const subject = `got the result of fragment ${number}`;
    // A rule may have malformed that, too.
    if (!hasFields(sent)) return this.#offence(`${subject}, a ${status}, without audio`, result);
    const arrivals = this.#answered(result);
    if (arrivals === undefined) return undefined;
    const isEcho = ({ payload: { audio } }: Arrival) => audio.bytes === sent.bytes && audio.hash === sent.hash;
    if (arrivals.some(isEcho)) return undefined;
    const arrival = arrivals.at(-1);
    if (arrival === undefined) return this.#offence(`${subject}, which was never received`, result);
    const came = `${arrival.payload.audio.bytes} bytes (hash ${arrival.payload.audio.hash})`;
    const went = `${sent.bytes} bytes (hash ${sent.hash})`;
    return this.#offence(`${subject} with other audio: received ${came}, sent ${went}`, arrival, result);
  }

  /** The arrival that it answers, or all of that fragment; undefined when the timeline has dropped it. */
  #answered({ payload, cause }: Result): readonly Arrival[] | undefined {
    const all = this.#arrivals.get(payload.fragment_id) ?? [];
    const answered = all.filter(({ n }) => n === cause?.entry);
    if (answered.length > 0) return answered;
    const isDropped = cause?.entry !== undefined && cause.entry < this.#firstKept;
    return isDropped && all.length === 0 ? undefined : all;
  }

  #offence(sentence: string, ...entries: readonly TimelineEntry[]): Offence {
    return { streamId: this.streamId, sentence: `${sentence}${faultOf(entries.at(-1))}`, entries };
  }
}
