/**
 * The vocabulary of the protocol core: what goes into a session, what comes out of it. Types only.
 * `kind` is the event name of PROTOCOL §§2–3 wherever there is one, so that the page and the code read alike.
 */

import type { ErrorCode, Severity } from './error-codes.js';

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

/** One thing that happens to a session. The first six are the worker's events of PROTOCOL §2. */
export type Input =
  | StreamInput
  /** A payload that did not decode: answered, and nothing else (PROTOCOL §6.14–15). */
  | { readonly kind: 'malformed'; readonly refusal: Refusal }
  /** An event that PROTOCOL §2 does not list: recorded, and nothing else (PROTOCOL §6.15). */
  | { readonly kind: 'unknown'; readonly event: string }
  /** The processing delay of fragments that arrive from now on, in milliseconds. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** The connection is gone (PROTOCOL §6.16). */
  | { readonly kind: 'disconnect'; readonly reason: string };

/** The inputs whose legality depends on the session's state: the columns of the table in `transitions.ts`. */
export type StreamInput =
  | {
      readonly kind: 'stream:init';
      readonly streamId: string;
      readonly workerId: string;
      readonly config: StreamConfig;
      readonly maxInflight: number;
      readonly timeoutMs: number;
    }
  | { readonly kind: 'fragment:data'; readonly streamId: string; readonly fragment: Fragment }
  | {
      readonly kind: 'fragment:ack';
      readonly fragmentId: string;
      readonly status: AckStatus;
      readonly timestamp: number;
    }
  | { readonly kind: 'stream:pause'; readonly streamId: string; readonly reason?: string }
  | { readonly kind: 'stream:resume'; readonly streamId: string }
  | { readonly kind: 'stream:end'; readonly streamId: string; readonly reason?: string };

/** How a worker says that it has got a result (PROTOCOL §2, `fragment:ack`). */
export type AckStatus = 'received' | 'applied';

/** One thing for the shell to do: a message to send, or to hang up. */
export type Effect = Message | { readonly kind: 'disconnect'; readonly reason: string };

/** What the service says to the worker (PROTOCOL §3). */
export type Message =
  | {
      readonly kind: 'stream:ready';
      readonly streamId: string;
      readonly sessionId: string;
      readonly maxInflight: number;
    }
  | {
      readonly kind: 'fragment:ack';
      readonly fragmentId: string;
      readonly queuePosition: number;
      /** Absent while a gap makes the answer unknown. */
      readonly estimatedCompletionMs?: number;
    }
  | Processed
  | {
      readonly kind: 'stream:complete';
      readonly streamId: string;
      readonly totalFragments: number;
      readonly totalDurationMs: number;
      readonly statistics: StreamStatistics;
    }
  | ({
      readonly kind: 'backpressure';
      readonly streamId: string;
      readonly currentInflight: number;
      readonly queueDepth: number;
    } & BackpressureSignal)
  | ErrorReport;

/** A refusal on its way to the worker (PROTOCOL §3, `error`). */
export interface ErrorReport extends Refusal {
  readonly kind: 'error';
  /** Unique: the session's id and a number. */
  readonly errorId: string;
  readonly severity: Severity;
  readonly retryable: boolean;
}

/** The result of one fragment (PROTOCOL §3, `fragment:processed`). */
export interface Processed {
  readonly kind: 'fragment:processed';
  readonly fragmentId: string;
  readonly streamId: string;
  readonly sequenceNumber: number;
  readonly status: ResultStatus;
  /** Success and partial only: the very object that came in. */
  readonly audio?: OpaqueAudio;
  readonly transcript?: string;
  readonly translatedText?: string;
  /** From receipt to result, integer milliseconds. */
  readonly processingTimeMs: number;
  /** Adds up to `processingTimeMs`. */
  readonly stageTimings: { readonly asrMs: number; readonly translationMs: number; readonly ttsMs: number };
  readonly error?: FragmentError;
}

/** How a fragment came out. */
export type ResultStatus = 'success' | 'partial' | 'failed';

/** Why a fragment came back `partial` or `failed` (PROTOCOL §3). */
export interface FragmentError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly stage?: 'asr' | 'translation' | 'tts';
}

/** What processing makes of a fragment; decided on its arrival (PROTOCOL §6.11). */
export type Outcome =
  | { readonly status: 'success' }
  | { readonly status: 'partial' | 'failed'; readonly error: FragmentError };

/** What the worker is told about its pace (PROTOCOL §3, `backpressure`). */
export interface BackpressureSignal {
  readonly severity: 'low' | 'medium' | 'high';
  readonly action: 'none' | 'slow_down' | 'pause';
  readonly recommendedDelayMs?: number;
}

/** Why something the worker sent was not done; becomes an `error` event (PROTOCOL §3). */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly streamId?: string;
  readonly fragmentId?: string;
  /** Default: what the code's row says. */
  readonly severity?: Severity;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The counts of a stream (PROTOCOL §3, `stream:complete`). Times are integer milliseconds. */
export interface StreamStatistics {
  readonly successCount: number;
  readonly partialCount: number;
  readonly failedCount: number;
  readonly avgProcessingTimeMs: number;
  readonly p95ProcessingTimeMs: number;
}
