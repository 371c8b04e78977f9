/** The words that inputs, effects, rules and snapshots share. Types only, and nothing is imported. */

/** The `audio` of a fragment, just as it came (PROTOCOL §2). The core never looks inside and never copies it. */
export type OpaqueAudio = object;

/** What tells audio apart without the audio itself. */
export interface AudioDigest {
  /** Its size, decoded. */
  readonly bytes: number;
  /** Of the decoded bytes: their CRC-32, eight hexadecimal digits. */
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
  /** As it came, never looked into. */
  readonly audio: OpaqueAudio;
  /** Of the audio, taken as it was read: there for each fragment that came over the wire. */
  readonly audioDigest?: AudioDigest | undefined;
  /** What is wrong with the audio and what to do, in words; absent when nothing is, or without the option `audioCheck`. */
  readonly audioFault?: string;
  /** As it came; absent when it was not sent. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What the worker said about its audio in `stream:init`, with the defaults of PROTOCOL §2 filled in. */
export interface StreamConfig {
  /** What is spoken. */
  readonly sourceLanguage: string;
  /** What it is to be dubbed into. */
  readonly targetLanguage: string;
  /** The voice that was asked for. */
  readonly voiceProfile: string;
  /** Length of a fragment, milliseconds. */
  readonly chunkDurationMs: number;
  /** Samples per second. */
  readonly sampleRateHz: number;
  /** 1 or 2. */
  readonly channels: number;
  /** Of the audio, as `m4a`. */
  readonly format: string;
}

/** How a worker says that it has got a result (PROTOCOL §2, `fragment:ack`). */
export type AckStatus = 'received' | 'applied';

/** How a fragment came out. */
export type ResultStatus = 'success' | 'partial' | 'failed';

/** Why a fragment came back `partial` or `failed` (PROTOCOL §3). */
export interface FragmentError {
  /** One of PROTOCOL §5, or one that a rule has made up. */
  readonly code: string;
  /** A sentence for a person. */
  readonly message: string;
  /** Whether the fragment may be sent again (PROTOCOL §6.4). */
  readonly retryable: boolean;
  /** Where in the pipeline it failed; absent when that is not said. */
  readonly stage?: 'asr' | 'translation' | 'tts';
}

/** What the worker is told about its pace (PROTOCOL §3, `backpressure`). */
export interface BackpressureSignal {
  /** How loaded the service is. */
  readonly severity: 'low' | 'medium' | 'high';
  /** What the worker is to do. */
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
  /** Results that a rule has kept back; not on the wire. */
  readonly droppedCount: number;
  /** Of all results; 0 when there are none. */
  readonly avgProcessingTimeMs: number;
  /** The 95th percentile by nearest rank; 0 when there are no results. */
  readonly p95ProcessingTimeMs: number;
}

/** Where a session stands (PROTOCOL §4). A connection without a stream is `initializing`. */
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

/** What can be done to a message, or to the messages about a fragment. */
export type Fault = 'drop' | 'no-ack' | 'duplicate' | 'corrupt' | 'late' | 'out-of-order' | 'malformed' | 'silence';

/** Milliseconds: always the same, evenly spread, log-normal with these percentiles, or as the caller decides. */
export type DelayPlan =
  | number
  | { readonly min: number; readonly max: number }
  | { readonly p50: number; readonly p99: number }
  | ((fragment: Fragment) => number);
