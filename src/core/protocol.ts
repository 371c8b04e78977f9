/**
 * The vocabulary of the protocol core: what goes into a session, what comes out of it. Types only.
 * `kind` is the event name of PROTOCOL §§2–3 wherever there is one, so that the page and the code read alike.
 */

import type { BackpressurePlan } from './backpressure.js';
import type { CutForm, CutPhase } from './cut-forms.js';
import type { DelayPlan } from './delay.js';
import type { ErrorCode, Severity } from './error-codes.js';
import type { Rule, RuleEntry } from './rules.js';
import type { ViolationKind } from './violations.js';
import type {
  AckStatus,
  AudioDigest,
  BackpressureSignal,
  Fault,
  Fragment,
  FragmentError,
  OpaqueAudio,
  ResultStatus,
  StreamConfig,
  StreamStatistics,
} from './vocabulary.js';

/** One thing that happens to a session: a worker's event of PROTOCOL §2, or what the test or the network does. */
export type Input =
  | StreamInput
  /** The connection is there, and nothing has been said on it. */
  | { readonly kind: 'connect' }
  /** A payload that did not decode: answered, and nothing else (PROTOCOL §6.14–15). */
  | { readonly kind: 'malformed'; readonly refusal: Refusal }
  /** A test-only event that did not decode: answered, and nothing else (PROTOCOL §2). */
  | { readonly kind: 'rejected'; readonly answer: ControlAnswer }
  /** An event that PROTOCOL §2 does not list: recorded, and nothing else (PROTOCOL §6.15). */
  | { readonly kind: 'unknown'; readonly event: string }
  /** The processing delay of fragments that arrive from now on. */
  | { readonly kind: 'delay'; readonly delayMs: DelayPlan }
  /** The backpressure that is simulated from now on. */
  | { readonly kind: 'backpressure'; readonly plan: BackpressurePlan }
  /** A signal for the worker now, whatever the load. */
  | { readonly kind: 'push backpressure'; readonly signal: BackpressureSignal }
  /** The test may want the connection broken now: the cuts say. */
  | { readonly kind: 'cut now' }
  /** The worker is known to have heard the so-manieth `backpressure` that was let out, counted from 1. */
  | { readonly kind: 'heard'; readonly signal: number }
  /** The connection is gone, and who has ended it (PROTOCOL §6.16). */
  | { readonly kind: 'disconnect'; readonly reason: string; readonly by: 'worker' | 'fixture' };

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
  | { readonly kind: 'stream:end'; readonly streamId: string; readonly reason?: string }
  | ControlInput;

/** The test-only events (PROTOCOL §2). */
export type ControlInput =
  | {
      readonly kind: 'config:error_simulation';
      /** The rules that replace those in the scope; none switches simulation off. */
      readonly rules: readonly Rule[];
      readonly scope: 'session' | 'server';
      /** The session meant, when it is not this one (PROTOCOL §6.13). */
      readonly streamId?: string;
    }
  | { readonly kind: 'config:processing_delay'; readonly delayMs: number }
  | { readonly kind: 'config:backpressure'; readonly plan: BackpressurePlan }
  | {
      readonly kind: 'simulate:disconnect';
      readonly delayMs: number;
      readonly reason?: string;
      readonly streamId?: string;
    };

/** One thing for the shell to do: a message to send, or to break the connection. */
export type Effect =
  | Message
  | {
      readonly kind: 'disconnect';
      readonly how: CutForm;
      readonly reason: string;
      /** Present when it is a planned cut. */
      readonly cut?: CutPhase;
    };

/** Why a result came when and as it did: not on the wire. Only what there is to tell. */
export interface Because {
  /** How long its processing took by plan, milliseconds; absent when no time. */
  readonly delayMs?: number;
  readonly rule?: RuleEntry;
  readonly fault?: Fault;
}

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
      /** Not on the wire. */
      readonly sequenceNumber: number;
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
  | ErrorReport
  | ControlAnswer;

/** The answers to the test-only events (PROTOCOL §2). */
export type ControlAnswer =
  | {
      readonly kind: 'config:error_simulation:ack';
      readonly status: ControlStatus;
      readonly rulesCount: number;
      readonly message?: string;
    }
  | {
      readonly kind: 'config:processing_delay:ack';
      readonly status: ControlStatus;
      /** Absent when it was rejected. */
      readonly delayMs?: number;
      readonly message?: string;
    }
  | { readonly kind: 'config:backpressure:ack'; readonly status: ControlStatus; readonly message?: string }
  | {
      readonly kind: 'simulate:disconnect:ack';
      readonly status: 'scheduled';
      readonly disconnectAtMs: number;
      readonly message: string;
    };

/** Whether a test-only event has changed anything. */
export type ControlStatus = 'accepted' | 'rejected';

/** A refusal on its way to the worker (PROTOCOL §3, `error`). */
export interface ErrorReport extends Omit<Refusal, 'violation' | 'since'> {
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
  /** Of that audio, if the fragment had it; not on the wire. */
  readonly audioDigest?: AudioDigest | undefined;
  readonly transcript?: string;
  readonly translatedText?: string;
  /** From receipt to result, integer milliseconds. */
  readonly processingTimeMs: number;
  /** Adds up to `processingTimeMs`. */
  readonly stageTimings: { readonly asrMs: number; readonly translationMs: number; readonly ttsMs: number };
  readonly error?: FragmentError;
  /** What is done to it on its way out: audio altered, or required fields missing and mistyped. */
  readonly damage?: 'corrupt' | 'malformed';
  /** Not on the wire. */
  readonly because?: Because;
}

/** Why something the worker sent was not done; becomes an `error` event (PROTOCOL §3). */
export interface Refusal {
  /** One of PROTOCOL §5; a simulated error may have any other. */
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  readonly streamId?: string;
  readonly fragmentId?: string;
  /** Default: what the code's row says. */
  readonly severity?: Severity;
  /** Default: what the code's row says. */
  readonly retryable?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Where it stands for the result of a fragment; not on the wire. */
  readonly because?: Because;
  /** What the worker did wrong; absent when nothing. Not on the wire. */
  readonly violation?: ViolationKind;
  /** The event, said or heard before, that makes it a violation. Not on the wire. */
  readonly since?: Message['kind'] | StreamInput['kind'];
}
