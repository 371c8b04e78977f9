/** Whether an active stream accepts a fragment (PROTOCOL §6.3–6.5). Pure: facts in, verdict out. */

import type { Refusal } from './protocol.js';
import { show } from './show.js';
import type { FragmentRecord } from './snapshot.js';
import type { ViolationKind } from './violations.js';
import type { Fragment } from './vocabulary.js';

/** What is known of the stream when the fragment arrives. */
export interface AdmissionFacts {
  /** The lowest sequence number not yet received or given up. */
  readonly expected: number;
  /** Whether the fragment's number is already in flight, held behind a gap. */
  readonly isNumberInFlight: boolean;
  /** The record of an earlier fragment with this id. */
  readonly record: FragmentRecord | undefined;
  /** Whether such a record may have been forgotten. */
  readonly isForgetful: boolean;
  readonly inflight: number;
  readonly queueLimit: number;
  /** Time until the rate limit permits one more; 0 when it permits one now. */
  readonly rateLimitWaitMs: number;
  /** Number of sequence numbers, from `expected` on, that are accepted while `expected` is missing. */
  readonly reorderWindow: number;
}

export type Verdict = 'first' | 'retry' | Refusal;

/**
 * Checks duplicates first, because waiting does not help them. The queue is next: a full queue makes numbers run ahead.
 */
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

/**
 * The violation of resending an unchanged fragment, by its status. A retry after a retryable failure is not a
 * duplicate.
 */
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
      `fragment_id ${show(fragment.fragmentId)} was already accepted as sequence_number ${record.sequenceNumber} ` +
      `and is ${describe(record)}; send each fragment once, and resend it, unchanged, only after a retryable failure.`;
    const isUnchanged = record.sequenceNumber === fragment.sequenceNumber;
    const violation = isUnchanged ? RESENT[record.status] : 'reused-sequence-number';
    return { code: 'INVALID_SEQUENCE', message, metadata, violation };
  }
  if (fragment.sequenceNumber >= expected && !facts.isNumberInFlight) return undefined;
  const message =
    `sequence_number ${fragment.sequenceNumber} was already accepted or given up; ` +
    `${expected} is expected next: number fragments 0, 1, 2, … without repeats.`;
  // The forgotten record may be a retryable failure.
  const offence = facts.isForgetful ? {} : ({ violation: 'reused-sequence-number' } as const);
  return { code: 'INVALID_SEQUENCE', message, metadata, ...offence };
}

function describe(record: FragmentRecord): string {
  if (record.status === 'failed') return record.error?.retryable ? 'failed (retryable)' : 'failed (not retryable)';
  if (record.status === 'partial') return 'done (partial, which is final)';
  return record.status === 'processing' ? 'in flight' : `done (${record.status})`;
}

function tooMany({ rateLimitWaitMs }: AdmissionFacts): Refusal | undefined {
  if (rateLimitWaitMs === 0) return undefined;
  const message = `Too many fragments in a minute; wait ${rateLimitWaitMs} ms, then resend this one.`;
  return { code: 'RATE_LIMIT', message, metadata: { retryAfterMs: rateLimitWaitMs } };
}

function queueFull({ inflight, queueLimit }: AdmissionFacts): Refusal | undefined {
  if (inflight < queueLimit) return undefined;
  const message =
    `${inflight} fragments are in flight and the limit is ${queueLimit}; ` +
    'wait for a `fragment:processed`, then resend this one.';
  return { code: 'QUEUE_FULL', message, metadata: { currentInflight: inflight, queueLimit } };
}

function tooFarAhead(fragment: Fragment, { expected, reorderWindow }: AdmissionFacts): Refusal | undefined {
  const received = fragment.sequenceNumber;
  if (received === expected || received < expected + reorderWindow) return undefined;
  const last = Math.max(expected, expected + reorderWindow - 1);
  const message =
    `sequence_number ${received} is too far ahead: ${expected} is missing, and until it arrives nothing beyond ` +
    `${last} is accepted; send ${expected} first.`;
  const metadata = { expectedSequenceNumber: expected, receivedSequenceNumber: received };
  return { code: 'INVALID_SEQUENCE', message, metadata, violation: 'skipped-sequence-number' };
}
