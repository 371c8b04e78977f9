/** What has become of each fragment of one session, and why the audio of some has not come back. */

import type { ErrorCode } from '../core/error-codes.js';
import { faultRow, RESULT } from '../core/faults.js';
import type { FragmentRecord, SessionSnapshot } from '../core/snapshot.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { keptText } from '../timeline/payload-copy.js';

type Arrival = TimelineEntry<'fragment:data'>;
/** What was sent in place of its audio. */
type Answer = TimelineEntry<'fragment:processed'> | TimelineEntry<'error'>;

/** What is known of a fragment. */
interface Outcome {
  /** The newest attempt, but for duplicates. */
  arrival: Arrival;
  isTaken: boolean;
  /** Its audio has come back, or was to: whether it is as it was is another question. */
  isEchoed: boolean;
  /** What the newest attempt got in place of it. */
  answer?: Answer | undefined;
  /** The rule for the result of the newest attempt. */
  rule?: string | undefined;
}

/** A fragment whose audio has not come back. */
export interface Unechoed {
  readonly number: number;
  readonly fragmentId: string;
  /** Why, with the stream as its subject. */
  readonly sentence: string;
  readonly entries: readonly TimelineEntry[];
  /** Its result may still come. */
  readonly isPending: boolean;
  readonly isExplained: boolean;
}

/** Such an `error` says of a fragment that it was not taken, unless there is a sign that it was. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AUTH_FAILED',
  'STREAM_NOT_FOUND',
  'INVALID_CONFIG',
  'FRAGMENT_TOO_LARGE',
  'QUEUE_FULL',
  'INVALID_SEQUENCE',
  'RATE_LIMIT',
] satisfies ErrorCode[]);

export class FragmentOutcomes {
  readonly #byId = new Map<string, Outcome>();

  /** Takes any entry; most say nothing about a fragment. */
  add(entry: TimelineEntry): void {
    if (entry.event === 'fragment:data') this.#addArrival(entry);
    else if (entry.event === 'fragment:processed') this.#addResult(entry);
    else if (entry.event === 'error') this.#addError(entry);
    else if (entry.event === 'fragment:ack' && entry.direction === 'out')
      this.#update(entry.payload.fragment_id, { isTaken: true });
    else if (entry.event === 'rule' && (entry.payload.on ?? RESULT) === RESULT)
      this.#update(entry.payload.fragmentId, { rule: entry.payload.rule });
  }

  /** The ids of those that have come back. */
  get echoed(): string[] {
    return [...this.#byId].filter(([, { isEchoed }]) => isEchoed).map(([fragmentId]) => fragmentId);
  }

  /** Those that were taken and have not come back, in the order in which they first came. */
  unechoed(session: SessionSnapshot | undefined): Unechoed[] {
    const records = new Map(session?.fragments.map((record) => [keptText(record.fragmentId), record]));
    const knowsAll = records.size > 0 && session?.forgotten.fragments === 0;
    const open = [...this.#byId].filter(([, { isEchoed }]) => !isEchoed);
    return open.flatMap(([fragmentId, outcome]) => {
      const record = records.get(fragmentId);
      const isTaken = outcome.isTaken || record !== undefined;
      if (!isTaken && (knowsAll || isRefusal(outcome.answer))) return [];
      return [describe(fragmentId, outcome, record, session?.state === 'closed')];
    });
  }

  #addArrival(arrival: Arrival): void {
    const { fragment_id: id } = arrival.payload;
    const known = this.#byId.get(id);
    if (known === undefined) this.#byId.set(id, { arrival, isTaken: false, isEchoed: false });
    else if (mayBeRetried(known.answer)) Object.assign(known, { arrival, answer: undefined, rule: undefined });
  }

  /** The refusal of a duplicate says nothing of the attempt that was taken. */
  #addError(error: TimelineEntry<'error'>): void {
    const { fragment_id: id } = error.payload;
    const arrival = this.#byId.get(id ?? '')?.arrival.n;
    const isOfDuplicate = error.cause?.entry !== undefined && error.cause.entry !== arrival;
    if (!isOfDuplicate || !isRefusal(error)) this.#update(id, { answer: error });
  }

  #addResult(result: TimelineEntry<'fragment:processed'>): void {
    const isFailed = result.payload.status === 'failed';
    this.#update(result.payload.fragment_id, isFailed ? { answer: result } : { isEchoed: true });
  }

  /** A rule may have malformed the payload. */
  #update(fragmentId: unknown, news: Partial<Outcome>): void {
    const outcome = typeof fragmentId === 'string' ? this.#byId.get(fragmentId) : undefined;
    if (outcome !== undefined) Object.assign(outcome, news);
  }
}

function mayBeRetried(answer: Answer | undefined): boolean {
  const failure = answer?.event === 'error' ? answer.payload : answer?.payload.error;
  return failure?.retryable === true;
}

function isRefusal(answer: Answer | undefined): boolean {
  return answer?.event === 'error' && REFUSALS.has(answer.payload.code);
}

function describe(
  fragmentId: string,
  { arrival, answer, rule }: Outcome,
  record: FragmentRecord | undefined,
  isClosed: boolean,
): Unechoed {
  const number = arrival.payload.sequence_number;
  const about = { number, fragmentId };
  if (answer !== undefined) {
    const sentence = describeAnswer(answer, number);
    return { ...about, sentence, entries: [arrival, answer], isPending: false, isExplained: true };
  }
  const isWithheld = record === undefined ? rule !== undefined : record.status === 'dropped' || withholds(record);
  const isPending = record?.status === 'processing' && !isClosed && !isWithheld;
  const reason = reasonOf({ isWithheld, isPending, isClosed, rule });
  const sentence = `got no result of fragment ${number}${reason}`;
  return { ...about, sentence, entries: [arrival], isPending, isExplained: reason !== '' };
}

interface Circumstances {
  readonly isWithheld: boolean;
  readonly isPending: boolean;
  readonly isClosed: boolean;
  readonly rule: string | undefined;
}

function reasonOf({ isWithheld, isPending, isClosed, rule }: Circumstances): string {
  if (isWithheld) return rule === undefined ? '' : ` (by ${rule})`;
  if (isPending) return ': it is still in flight';
  return isClosed ? ': the connection was lost before it went out' : '';
}

function withholds({ fault }: FragmentRecord): boolean {
  const { silences = false, copies, target } = faultRow(fault);
  return silences || (copies === 0 && target === undefined);
}

function describeAnswer({ event, payload, cause }: Answer, number: number): string {
  const { code, retryable } = (event === 'error' ? payload : payload.error) ?? {};
  const what =
    event === 'error' ? `an error in place of the result of fragment ${number}` : `fragment ${number} back as failed`;
  const because = cause?.rule === undefined ? '' : ` (by ${cause.rule})`;
  const retry = retryable === true ? '; it may be retried, and was not' : '';
  return `got ${what}${code === undefined ? '' : `, ${code}`}${because}${retry}`;
}
