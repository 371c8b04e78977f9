/**
 * The payload of every event on the wire (PROTOCOL §§2–3), as a timeline shows it: with the size and hash of audio in
 * place of the audio. Types only.
 */

import type { ErrorCode, Severity } from '../core/error-codes.js';
import type { AckStatus, OpaqueAudio, ResultStatus } from '../core/vocabulary.js';

/** The `audio` of a fragment, without its data unless the option `timeline: { audio: true }` keeps it. */
export interface AudioSummary {
  readonly format?: string;
  readonly sample_rate_hz: number;
  readonly channels: number;
  readonly duration_ms: number;
  /** The decoded size. */
  readonly bytes: number;
  /** The CRC-32 of the decoded bytes, eight hexadecimal digits. */
  readonly hash: string;
  /** Present only with `timeline: { audio: true }`. */
  readonly data_base64?: string;
}

/** What a worker sends (PROTOCOL §2). */
export interface InboundPayloads {
  'stream:init': {
    readonly stream_id: string;
    readonly worker_id: string;
    readonly config: {
      readonly source_language?: string;
      readonly target_language?: string;
      readonly voice_profile?: string;
      readonly chunk_duration_ms?: number;
      readonly sample_rate_hz?: number;
      readonly channels?: number;
      readonly format?: string;
    };
    readonly max_inflight?: number;
    readonly timeout_ms?: number;
  };
  'fragment:data': {
    readonly fragment_id: string;
    readonly stream_id: string;
    readonly sequence_number: number;
    readonly timestamp: number;
    readonly audio: AudioSummary;
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  'fragment:ack': { readonly fragment_id: string; readonly status: AckStatus; readonly timestamp: number };
  'stream:pause': { readonly stream_id: string; readonly reason?: string };
  'stream:resume': { readonly stream_id: string };
  'stream:end': { readonly stream_id: string; readonly reason?: string };
  'config:error_simulation': {
    readonly enabled?: boolean;
    readonly rules?: readonly {
      readonly trigger?: 'sequence_number' | 'fragment_id' | 'nth_fragment' | 'probability';
      /** Depends on the trigger. */
      readonly value?: unknown;
      readonly probability?: number;
      readonly error_code: ErrorCode;
      readonly error_message?: string;
      readonly retryable?: boolean;
      readonly stage?: 'asr' | 'translation' | 'tts';
      readonly delay_ms?: number;
      readonly times?: number;
    }[];
    readonly stream_id?: string;
    readonly scope?: 'session' | 'server';
  };
  'config:processing_delay': { readonly delay_ms: number };
  'config:backpressure': {
    readonly enabled: boolean;
    readonly threshold?: number;
    readonly severity?: 'low' | 'medium' | 'high';
    readonly action?: 'none' | 'slow_down' | 'pause';
  };
  'simulate:disconnect': { readonly delay_ms?: number; readonly reason?: string; readonly stream_id?: string };
  /** An event of PROTOCOL §2 with an invalid payload (§6.14–15). */
  malformed: { readonly event: string; readonly payload: unknown };
  /** An event that PROTOCOL §2 does not list (§6.15). */
  unknown: { readonly event: string; readonly payload: unknown };
}

/** What the service sends (PROTOCOL §3, and the replies of §2). */
export interface OutboundPayloads {
  'stream:ready': {
    readonly stream_id: string;
    readonly session_id: string;
    readonly max_inflight: number;
    readonly capabilities: { readonly batch_processing: boolean; readonly async_delivery: boolean };
  };
  'fragment:ack': {
    readonly fragment_id: string;
    readonly status: 'queued';
    readonly queue_position: number;
    readonly estimated_completion_ms?: number;
  };
  'fragment:processed': {
    readonly fragment_id: string;
    readonly stream_id: string;
    readonly sequence_number: number;
    readonly status: ResultStatus;
    readonly dubbed_audio?: AudioSummary;
    readonly transcript?: string;
    readonly translated_text?: string;
    readonly processing_time_ms: number;
    readonly stage_timings: { readonly asr_ms: number; readonly translation_ms: number; readonly tts_ms: number };
    readonly error?: {
      readonly code: ErrorCode | (string & {});
      readonly message: string;
      readonly retryable: boolean;
      readonly stage?: 'asr' | 'translation' | 'tts';
    };
    readonly metadata: { readonly asr_model: string; readonly translation_model: string; readonly tts_model: string };
  };
  'stream:complete': {
    readonly stream_id: string;
    readonly total_fragments: number;
    readonly total_duration_ms: number;
    readonly statistics: {
      readonly success_count: number;
      readonly partial_count: number;
      readonly failed_count: number;
      readonly avg_processing_time_ms: number;
      readonly p95_processing_time_ms: number;
    };
  };
  backpressure: {
    readonly stream_id: string;
    readonly severity: 'low' | 'medium' | 'high';
    readonly current_inflight: number;
    readonly queue_depth: number;
    readonly action: 'slow_down' | 'pause' | 'none';
    readonly recommended_delay_ms?: number;
  };
  error: {
    readonly error_id: string;
    readonly stream_id?: string;
    readonly fragment_id?: string;
    readonly code: ErrorCode | (string & {});
    readonly message: string;
    readonly severity: Severity;
    readonly retryable: boolean;
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
  'config:error_simulation:ack': {
    readonly status: 'accepted' | 'rejected';
    readonly rules_count: number;
    readonly message?: string;
  };
  'config:processing_delay:ack': {
    readonly status: 'accepted' | 'rejected';
    readonly delay_ms?: number;
    readonly message?: string;
  };
  'config:backpressure:ack': { readonly status: 'accepted' | 'rejected'; readonly message?: string };
  'simulate:disconnect:ack': {
    readonly status: 'scheduled';
    readonly disconnect_at_ms: number;
    readonly message: string;
  };
}

/**
 * The payloads as they are encoded: every field is set explicitly, JSON omits undefined ones, and audio is as received.
 */
export type MadePayloads = { readonly [Event in keyof OutboundPayloads]: Made<OutboundPayloads[Event]> };

type Made<Payload> = {
  readonly [Field in keyof Payload]-?: Extract<Payload[Field], AudioSummary> extends never
    ? Payload[Field] | Absent<Payload, Field>
    : OpaqueAudio | Absent<Payload, Field>;
};

type Absent<Payload, Field extends keyof Payload> =
  Record<never, never> extends Pick<Payload, Field> ? undefined : never;
