/** Whether an active stream takes a fragment (PROTOCOL §6.3–6.5). Pure: facts in, verdict out. */

import type { Refusal } from './protocol.js';
import { show } from './show.js';
import type { FragmentRecord } from './snapshot.js';
import type { ViolationKind } from './violations.js';
import type { Fragment } from './vocabulary.js';

/** What is known of the stream when the fragment arrives. */
export interface AdmissionFacts {
  /** The lowest sequence number not yet received or given up. */
  readonly expected: number;
  /** Whether the fragment's number is in flight already, held behind a gap. */
  readonly isNumberInFlight: boolean;
  /** What became of a fragment with this id before. */
  readonly record: FragmentRecord | undefined;
  /** Whether there may have been a record that is forgotten. */
  readonly isForgetful: boolean;
  readonly inflight: number;
  readonly queueLimit: number;
  /** Until one more fits into the minute; 0 when it does. */
  readonly rateLimitWaitMs: number;
  /** How many numbers from `expected` on are taken while `expected` is missing. */
  readonly reorderWindow: number;
}

export type Verdict = 'first' | 'retry' | Refusal;

/** Duplicates come first: no waiting makes them right. Then the queue, for a full one is why numbers run ahead. */
export function admit(fragment: Fragment, facts: AdmissionFacts): Verdict {
  const isRetry = isRetryOf(fragment, facts.record);
  return (
    (isRetry ? undefined : duplicate(fragment, facts)) ??
    tooMany(facts) ??
    queueFull(facts) ??
    (isRetry ? 'retry' : (tooFarAhead(fragment, facts) ?? 'first'))
  );
}

/** §6.4: the same id and number as a fragment whose last result was `failed` and retryable. */
function isRetryOf(fragment: Fragment, record: FragmentRecord | undefined): boolean {
  return (
    record?.status === 'failed' && record.error?.retryable === true && record.sequenceNumber === fragment.sequenceNumber
  );
}

/** What is wrong with sending again, unchanged, what has come to this. A retryable failure is no duplicate. */
const RESENT: Readonly<Record<FragmentRecord['status'], ViolationKind>> = {
  processing: 'reused-sequence-number',
  dropped: 'reused-sequence-number',
  success: 'resent-success',
  partial: 'resent-success',
  failed: 'retried-final-failure',
};

function duplicate(fragment: Fragment, facts: AdmissionFacts): Refusal | undefined {
  const { expected, record } = facts;
  const metadata = { expectedSequenceNumber: expected, receivedSequenceNumber: fragment.sequenceNumber };
  if (record !== undefined) {
    const message =
      `fragment_id ${show(fragment.fragmentId)} was taken before, as sequence_number ${record.sequenceNumber}, and is ` +
      `${describe(record)}; send each fragment once, and again only after a retryable failure, unchanged.`;
    const isUnchanged = record.sequenceNumber === fragment.sequenceNumber;
    const violation = isUnchanged ? RESENT[record.status] : 'reused-sequence-number';
    return { code: 'INVALID_SEQUENCE', message, metadata, violation };
  }
  if (fragment.sequenceNumber >= expected && !facts.isNumberInFlight) return undefined;
  const message =
    `sequence_number ${fragment.sequenceNumber} was taken or given up before; ` +
    `the next one expected is ${expected}: number fragments 0, 1, 2, … without repeats.`;
  // Among what is forgotten may be its retryable failure.
  const offence = facts.isForgetful ? {} : ({ violation: 'reused-sequence-number' } as const);
  return { code: 'INVALID_SEQUENCE', message, metadata, ...offence };
}

function describe(record: FragmentRecord): string {
  if (record.status === 'failed') return record.error?.retryable ? 'failed (retryable)' : 'failed (not retryable)';
  if (record.status === 'partial') return 'done (partial); a partial result is final';
  return record.status === 'processing' ? 'in flight' : `done (${record.status})`;
}

function tooMany({ rateLimitWaitMs }: AdmissionFacts): Refusal | undefined {
  if (rateLimitWaitMs === 0) return undefined;
  const message = `This stream has sent all the fragments it may in a minute; wait ${rateLimitWaitMs} ms, then send this one again.`;
  return { code: 'RATE_LIMIT', message, metadata: { retryAfterMs: rateLimitWaitMs } };
}

function queueFull({ inflight, queueLimit }: AdmissionFacts): Refusal | undefined {
  if (inflight < queueLimit) return undefined;
  const message =
    `${inflight} fragments are in flight and the limit is ${queueLimit}; ` +
    'wait for a `fragment:processed`, then send this one again.';
  return { code: 'QUEUE_FULL', message, metadata: { currentInflight: inflight, queueLimit } };
}

function tooFarAhead(fragment: Fragment, { expected, reorderWindow }: AdmissionFacts): Refusal | undefined {
  const received = fragment.sequenceNumber;
  if (received === expected || received < expected + reorderWindow) return undefined;
  const last = Math.max(expected, expected + reorderWindow - 1);
  const message =
    `sequence_number ${received} is too far ahead: ${expected} is missing, and until it comes nothing beyond ${last} ` +
    `is taken; send ${expected} first.`;
  const metadata = { expectedSequenceNumber: expected, receivedSequenceNumber: received };
  return { code: 'INVALID_SEQUENCE', message, metadata, violation: 'skipped-sequence-number' };
}
