/** What a test may see of a session: plain data, frozen, never the live objects. */

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
  /** Given by the server, a UUID. */
  readonly sessionId: string;
  /** Empty until `stream:init`. */
  readonly streamId: string;
  /** Empty until `stream:init`. */
  readonly workerId: string;
  /** The optional headers of the connection (PROTOCOL §1). */
  readonly handshake: Handshake;
  /** Where it stands (PROTOCOL §4). */
  readonly state: SessionState;
  /** As the worker stated it, defaults filled in. */
  readonly config: StreamConfig;
  /** As agreed in `stream:ready`. */
  readonly maxInflight: number;
  /** How long a gap is waited for, milliseconds (PROTOCOL §6.3). */
  readonly timeoutMs: number;
  /** Fragments taken whose `fragment:processed` is not out yet (PROTOCOL §6.1). */
  readonly inflight: number;
  /** The lowest sequence number not yet received or given up (PROTOCOL §6.3). */
  readonly expectedSequenceNumber: number;
  /** Sequence numbers that wait behind a gap. */
  readonly heldSequenceNumbers: readonly number[];
  /** Different fragments taken. */
  readonly totalFragments: number;
  /** In the order in which they first came; the newest 10 000. */
  readonly fragments: readonly FragmentRecord[];
  /** The worker's `fragment:ack`s; the newest 1 000. */
  readonly acks: readonly AckRecord[];
  /** The `error` events sent, and those that the fault `silence` kept back; the newest 1 000. */
  readonly errors: readonly ErrorRecord[];
  /** Names of events that PROTOCOL §2 does not list; the newest 100. */
  readonly unknownEvents: readonly string[];
  /** How many entries of each list were dropped because it was full. */
  readonly forgotten: Readonly<Record<'fragments' | 'acks' | 'errors' | 'unknownEvents', number>>;
  /** As `stream:complete` tells them, so far. */
  readonly statistics: StreamStatistics;
  /** When the connection came, or for a session after another on the same connection, when it was begun. */
  readonly connectedAt: number;
  /** When `stream:ready` went out, or would have without a rule on it; absent before. */
  readonly readyAt?: number;
  /** When `stream:end` came; absent before. */
  readonly endedAt?: number;
  /**
   * When `stream:complete` went out, or would have without a rule on it; absent before. It stays when the session is `closed`
   * after that.
   */
  readonly completedAt?: number;
  /** When the connection was lost; absent before. */
  readonly closedAt?: number;
  /** What the worker gave as `reason` of its last `stream:pause`. */
  readonly pauseReason?: string;
  /** What the worker gave as `reason` of `stream:end`. */
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
  /** `processing` until the result of the newest attempt is out; `dropped` when a rule has kept it back. */
  readonly status: 'processing' | 'dropped' | ResultStatus;
  /** How often it was taken: 1, and one more for each retry (PROTOCOL §6.4). */
  readonly attempts: number;
  /** When its newest attempt came. */
  readonly receivedAt: number;
  /** When the newest result went out; absent before the first. */
  readonly processedAt?: number;
  /** What the newest result said went wrong; absent after a success. */
  readonly error?: FragmentError;
  /** What a rule did to the messages about the newest attempt; absent when nothing. */
  readonly fault?: Fault;
  /** The newest `fragment:ack` of the worker; absent when it never sent one. */
  readonly ack?: AckStatus;
}

/** What is known of a session before anything has been said on it. */
export interface SessionOrigin {
  /** A UUID. */
  readonly sessionId: string;
  readonly handshake: Handshake;
  readonly connectedAt: number;
  /** Whether it follows another session on the same connection (PROTOCOL §6.9), whose acknowledgements may come late. */
  readonly isRenewal?: boolean;
}

/** The optional headers `X-Stream-ID` and `X-Worker-ID`. */
export interface Handshake {
  /** `X-Stream-ID`; absent when it was not sent. */
  readonly streamId?: string;
  /** `X-Worker-ID`; absent when it was not sent. */
  readonly workerId?: string;
}

/** One `fragment:ack` of the worker. */
export interface AckRecord {
  /** As the worker named it, whether it was ever taken or not. */
  readonly fragmentId: string;
  /** What the worker said of it. */
  readonly status: AckStatus;
  /** The worker's own clock. */
  readonly timestamp: number;
  /** When it came, on the clock of the fixture. */
  readonly receivedAt: number;
}

/** One `error` event that was sent. */
export interface ErrorRecord {
  /** Unique: the session’s id and a running number. */
  readonly errorId: string;
  /** One of PROTOCOL §5, or one that a rule has made up. */
  readonly code: string;
  /** As it was sent. */
  readonly message: string;
  /** The fragment that it is about; absent when it is about none. */
  readonly fragmentId?: string;
  /** When it went out. */
  readonly sentAt: number;
}

/** The same value with every object and list in it frozen. Meant for snapshots: plain data, a few levels deep. */
export function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
