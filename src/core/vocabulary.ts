/** The types that inputs, effects, rules and snapshots share. */

/** The `audio` of a fragment as received (PROTOCOL §2). The core never reads or copies it. */
export type OpaqueAudio = object;

/** Identifies audio without the audio itself. */
export interface AudioDigest {
  /** Its decoded size. */
  readonly bytes: number;
  /** The CRC-32 of the decoded bytes, eight hexadecimal digits. */
  readonly hash: string;
}

/** One piece of a stream's audio, as the worker sent it (PROTOCOL §2, `fragment:data`). */
export interface Fragment {
  /** Unique in its stream. */
  readonly fragmentId: string;
  /** The stream of its connection. */
  readonly streamId: string;
  /** From 0. */
  readonly sequenceNumber: number;
  /** The worker's own clock, Unix milliseconds. */
  readonly timestamp: number;
  /** As received. */
  readonly audio: OpaqueAudio;
  /** The digest of the audio; present for each fragment that arrived over the wire. */
  readonly audioDigest?: AudioDigest | undefined;
  /** What is wrong with the audio and how to fix it; absent when nothing is, or without the option `audioCheck`. */
  readonly audioFault?: string;
  /** As received; absent if not sent. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The worker's `config` in `stream:init`, with the defaults of PROTOCOL §2 filled in. */
export interface StreamConfig {
  /** The spoken language. */
  readonly sourceLanguage: string;
  /** The language of the dubbing. */
  readonly targetLanguage: string;
  /** The requested voice. */
  readonly voiceProfile: string;
  /** Length of a fragment, milliseconds. */
  readonly chunkDurationMs: number;
  /** Samples per second. */
  readonly sampleRateHz: number;
  /** 1 or 2. */
  readonly channels: number;
  /** The format of the audio, such as `m4a`. */
  readonly format: string;
}

/** The status with which a worker acknowledges a result (PROTOCOL §2, `fragment:ack`). */
export type AckStatus = 'received' | 'applied';

/** The status of a result. */
export type ResultStatus = 'success' | 'partial' | 'failed';

/** Why a fragment came back `partial` or `failed` (PROTOCOL §3). */
export interface FragmentError {
  /** A code of PROTOCOL §5, or a custom code of a rule. */
  readonly code: string;
  /** A sentence for humans. */
  readonly message: string;
  /** Whether the fragment may be sent again (PROTOCOL §6.4). */
  readonly retryable: boolean;
  /** The stage that failed; absent when unspecified. */
  readonly stage?: 'asr' | 'translation' | 'tts';
}

/** A `backpressure` message (PROTOCOL §3). */
export interface BackpressureSignal {
  /** The load of the service. */
  readonly severity: 'low' | 'medium' | 'high';
  /** What the worker must do. */
  readonly action: 'none' | 'slow_down' | 'pause';
  /** With `slow_down`, how long to wait between any two fragments from the signal on, milliseconds (PROTOCOL §3). */
  readonly recommendedDelayMs?: number;
}

/** The counts of a stream (PROTOCOL §3, `stream:complete`). Times are integer milliseconds. */
export interface StreamStatistics {
  /** Results with `success`. */
  readonly successCount: number;
  /** Results with `partial`. */
  readonly partialCount: number;
  /** Results with `failed`, and errors in place of a result. */
  readonly failedCount: number;
  /** Results that a rule has withheld. Not on the wire. */
  readonly droppedCount: number;
  /** The mean of all results; 0 when there are none. */
  readonly avgProcessingTimeMs: number;
  /** The 95th percentile by nearest rank; 0 when there are no results. */
  readonly p95ProcessingTimeMs: number;
}

/** The state of a session (PROTOCOL §4). A connection without a stream is `initializing`. */
export type SessionState = 'initializing' | 'active' | 'paused' | 'ending' | 'completed' | 'closed';

/** The six messages of PROTOCOL §3, by the names of their events. */
export type MessageName =
  | 'stream:ready'
  | 'fragment:ack'
  | 'fragment:processed'
  | 'stream:complete'
  | 'backpressure'
  | 'error';

/** How a simulated error is delivered. */
export type FailureForm = 'failed' | 'partial' | 'error-event';

/** A fault in a message, or in the messages about a fragment. */
export type Fault = 'drop' | 'no-ack' | 'duplicate' | 'corrupt' | 'late' | 'out-of-order' | 'malformed' | 'silence';

/** A delay in milliseconds: fixed, uniform, log-normal with these percentiles, or returned by a function. */
export type DelayPlan =
  | number
  | { readonly min: number; readonly max: number; readonly p50?: never; readonly p99?: never }
  | { readonly p50: number; readonly p99: number; readonly min?: never; readonly max?: never }
  | ((fragment: Fragment) => number);
