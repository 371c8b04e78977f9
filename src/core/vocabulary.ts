/** The words that inputs, effects, rules and snapshots share. Types only, and nothing is imported. */

/** The `audio` of a fragment, just as it came (PROTOCOL §2). The core never looks inside and never copies it. */
export type OpaqueAudio = object;

/** One piece of a stream's audio, as the worker sent it (PROTOCOL §2, `fragment:data`). */
export interface Fragment {
  readonly fragmentId: string;
  readonly streamId: string;
  readonly sequenceNumber: number;
  /** The worker's own clock, Unix milliseconds. */
  readonly timestamp: number;
  readonly audio: OpaqueAudio;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What the worker said about its audio in `stream:init`, with the defaults of PROTOCOL §2 filled in. */
export interface StreamConfig {
  readonly sourceLanguage: string;
  readonly targetLanguage: string;
  readonly voiceProfile: string;
  readonly chunkDurationMs: number;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly format: string;
}

/** How a worker says that it has got a result (PROTOCOL §2, `fragment:ack`). */
export type AckStatus = 'received' | 'applied';

/** How a fragment came out. */
export type ResultStatus = 'success' | 'partial' | 'failed';

/** Why a fragment came back `partial` or `failed` (PROTOCOL §3). */
export interface FragmentError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly stage?: 'asr' | 'translation' | 'tts';
}

/** What the worker is told about its pace (PROTOCOL §3, `backpressure`). */
export interface BackpressureSignal {
  readonly severity: 'low' | 'medium' | 'high';
  readonly action: 'none' | 'slow_down' | 'pause';
  readonly recommendedDelayMs?: number;
}

/** The counts of a stream (PROTOCOL §3, `stream:complete`). Times are integer milliseconds. */
export interface StreamStatistics {
  readonly successCount: number;
  readonly partialCount: number;
  readonly failedCount: number;
  /** Results that a rule has kept back; not on the wire. */
  readonly droppedCount: number;
  readonly avgProcessingTimeMs: number;
  readonly p95ProcessingTimeMs: number;
}

/** Where a session stands (PROTOCOL §4). A connection without a stream is `initializing`. */
export type SessionState = 'initializing' | 'active' | 'paused' | 'ending' | 'completed' | 'closed';

/** How a simulated error is delivered. */
export type FailureForm = 'failed' | 'partial' | 'error-event';

/** What can be done to the messages about a fragment. */
export type Fault = 'drop' | 'no-ack' | 'duplicate' | 'corrupt' | 'late' | 'out-of-order' | 'malformed' | 'silence';
