/** What a test sees of a session: frozen plain data, never the live objects. */

import type { Stream } from './stream.js';
import type {
  AckStatus,
  Fault,
  FragmentError,
  ResultStatus,
  SessionState,
  StreamConfig,
  StreamStatistics,
} from './vocabulary.js';

/** One session at one moment. Times are Unix milliseconds. */
export interface SessionSnapshot {
  /** A UUID that the server assigns. */
  readonly sessionId: string;
  /** Empty until `stream:init`. */
  readonly streamId: string;
  /** Empty until `stream:init`. */
  readonly workerId: string;
  /** The optional headers of the connection (PROTOCOL §1). */
  readonly handshake: Handshake;
  /** Its state (PROTOCOL §4). */
  readonly state: SessionState;
  /** As the worker sent it, with defaults filled in. */
  readonly config: StreamConfig;
  /** As agreed in `stream:ready`. */
  readonly maxInflight: number;
  /** How long the service waits for a missing number, milliseconds (PROTOCOL §6.3). */
  readonly timeoutMs: number;
  /** Number of accepted fragments whose `fragment:processed` has not been sent yet (PROTOCOL §6.1). */
  readonly inflight: number;
  /**
   * The highest `inflight` so far (PROTOCOL §6.1). A worker that always waits for a result before it sends the next
   * fragment has 1; one that keeps its window full has `maxInflight`.
   */
  readonly peakInflight: number;
  /** The lowest sequence number not yet received or given up (PROTOCOL §6.3). */
  readonly expectedSequenceNumber: number;
  /** Sequence numbers that wait behind a gap. */
  readonly heldSequenceNumbers: readonly number[];
  /** Number of different fragments accepted. */
  readonly totalFragments: number;
  /** In the order of their first arrival; the newest 10 000. */
  readonly fragments: readonly FragmentRecord[];
  /** The worker's `fragment:ack`s; the newest 1 000. */
  readonly acks: readonly AckRecord[];
  /** The `error` events sent, and those that the fault `silence` withheld; the newest 1 000. */
  readonly errors: readonly ErrorRecord[];
  /** Names of events that PROTOCOL §2 does not list; the newest 100. */
  readonly unknownEvents: readonly string[];
  /** Number of entries dropped from each list because it was full. */
  readonly forgotten: Readonly<Record<'fragments' | 'acks' | 'errors' | 'unknownEvents', number>>;
  /** The statistics so far, as in `stream:complete`. */
  readonly statistics: StreamStatistics;
  /** When the connection opened; for a later session on the same connection, when that session began. */
  readonly connectedAt: number;
  /** When `stream:ready` was sent, or would have been without a rule on it; absent before. */
  readonly readyAt?: number;
  /** When `stream:end` arrived; absent before. */
  readonly endedAt?: number;
  /**
   * When `stream:complete` was sent, or would have been without a rule on it; absent before. Kept when the session is
   * then `closed`.
   */
  readonly completedAt?: number;
  /** When the connection was lost; absent before. */
  readonly closedAt?: number;
  /** The `reason` of the worker's last `stream:pause`. */
  readonly pauseReason?: string;
  /** The `reason` of the worker's `stream:end`. */
  readonly endReason?: string;
  /** Why the connection was lost, in Socket.IO's words. */
  readonly closeReason?: string;
}

/** One fragment of a stream, as the fixture saw it. Times are Unix milliseconds. */
export interface FragmentRecord {
  /** As sent. */
  readonly fragmentId: string;
  /** As sent. */
  readonly sequenceNumber: number;
  /** `processing` until the result of the newest attempt is sent; `dropped` when a rule has withheld it. */
  readonly status: 'processing' | 'dropped' | ResultStatus;
  /** Number of times it was accepted: 1, plus one for each retry (PROTOCOL §6.4). */
  readonly attempts: number;
  /** When its newest attempt arrived. */
  readonly receivedAt: number;
  /** When the newest result was sent; absent before the first. */
  readonly processedAt?: number;
  /** The error of the newest result; absent after a success. */
  readonly error?: FragmentError;
  /** The fault that a rule applied to the messages about the newest attempt, if any. */
  readonly fault?: Fault;
  /** The status of the worker's newest `fragment:ack`; absent if it never sent one. */
  readonly ack?: AckStatus;
}

/** What is known of a session before its first message. */
export interface SessionOrigin {
  /** A UUID. */
  readonly sessionId: string;
  readonly handshake: Handshake;
  readonly connectedAt: number;
  /**
   * Whether it follows another session on the same connection (PROTOCOL §6.9), whose acknowledgements may still arrive.
   */
  readonly isRenewal?: boolean;
}

/** The optional headers `X-Stream-ID` and `X-Worker-ID`. */
export interface Handshake {
  /** `X-Stream-ID`; absent if not sent. */
  readonly streamId?: string;
  /** `X-Worker-ID`; absent if not sent. */
  readonly workerId?: string;
}

/** One `fragment:ack` of the worker. */
export interface AckRecord {
  /** As the worker sent it, whether or not such a fragment was ever accepted. */
  readonly fragmentId: string;
  /** The status that the worker sent. */
  readonly status: AckStatus;
  /** The worker's own clock. */
  readonly timestamp: number;
  /** When it arrived, on the fixture's clock. */
  readonly receivedAt: number;
}

/** One `error` event that was sent. */
export interface ErrorRecord {
  /** Unique: the session's id and a running number. */
  readonly errorId: string;
  /** A code of PROTOCOL §5, or a custom code of a rule. */
  readonly code: string;
  /** As it was sent. */
  readonly message: string;
  /** The fragment that it is about, if any. */
  readonly fragmentId?: string;
  /** When it was sent. */
  readonly sentAt: number;
}

/** How far a session has come. */
type Progress = Pick<
  SessionSnapshot,
  'state' | 'inflight' | 'peakInflight' | 'expectedSequenceNumber' | 'heldSequenceNumbers' | 'statistics'
>;
/** What a session has recorded. */
type Records = Omit<SessionSnapshot, keyof SessionOrigin | keyof Stream | keyof Progress>;

/**
 * Field by field, and what may lack fields last: V8 takes a hundred times as long to spread all parts into one object, and
 * thousands of sessions may end at once.
 */
export function snapshotOf(
  { sessionId, handshake, connectedAt }: SessionOrigin,
  { streamId, workerId, config, maxInflight, timeoutMs }: Stream,
  { state, inflight, peakInflight, expectedSequenceNumber, heldSequenceNumbers, statistics }: Progress,
  records: Records,
): SessionSnapshot {
  return freeze({
    sessionId,
    handshake,
    connectedAt,
    streamId,
    workerId,
    config,
    maxInflight,
    timeoutMs,
    state,
    inflight,
    peakInflight,
    expectedSequenceNumber,
    heldSequenceNumbers,
    statistics,
    ...records,
  });
}

/** Freezes the value and every object and list in it. For snapshots: plain data, a few levels deep. */
export function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
