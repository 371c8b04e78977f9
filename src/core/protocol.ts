/**
 * The vocabulary of the protocol core: what goes into a session, what comes out of it. Types only.
 * `kind` is the event name of PROTOCOL §§2–3 wherever there is one, so that the page and the code read alike.
 */

import type { BackpressurePlan } from './backpressure.js';
import type { CutForm, CutPhase } from './cut-forms.js';
import type { ErrorCode, Severity } from './error-codes.js';
import type { Rule, RuleEntry } from './rule.js';
import type { ViolationKind } from './violations.js';
import type {
  AckStatus,
  AudioDigest,
  BackpressureSignal,
  DelayPlan,
  Fault,
  Fragment,
  FragmentError,
  MessageName,
  OpaqueAudio,
  ResultStatus,
  StreamConfig,
  StreamStatistics,
} from './vocabulary.js';

/** One thing that happens to a session: a worker's event of PROTOCOL §2, or what the test or the network does. */
export type Input =
  | StreamInput
  /** The connection is there, and nothing has been said on it. A session after another one does not begin with it. */
  | { readonly kind: 'connect' }
  /** A payload that did not decode: answered, and nothing else (PROTOCOL §6.14–15). */
  | { readonly kind: 'malformed'; readonly refusal: Refusal }
  /** A test-only event that did not decode: answered, and nothing else (PROTOCOL §2). */
  | { readonly kind: 'rejected'; readonly answer: TestEventAnswer }
  /** An event that PROTOCOL §2 does not list, and the one that may be meant: recorded, and nothing else (PROTOCOL §6.15). */
  | { readonly kind: 'unknown'; readonly event: string; readonly meant?: string }
  /** The processing delay of fragments that arrive from now on, set for the scope or for the server. */
  | { readonly kind: 'delay'; readonly level: SettingsLevel; readonly delayMs: DelayPlan }
  /** The backpressure that is simulated from now on, set for the scope or for the server. */
  | { readonly kind: 'backpressure'; readonly level: SettingsLevel; readonly plan: BackpressurePlan }
  /** A signal for the worker now, whatever the load. */
  | { readonly kind: 'push backpressure'; readonly signal: BackpressureSignal }
  /** An error for the worker now. It settles no fragment and permits no retry. */
  | { readonly kind: 'push error'; readonly error: Refusal }
  /** The test may want the connection broken now: the cuts say. */
  | { readonly kind: 'cut now' }
  /** The worker is known to have heard the `backpressure` with this number (`Message`), and those before it. */
  | { readonly kind: 'heard'; readonly signal: number }
  /** For so many milliseconds nothing could be read: what the worker is waited for may have come meanwhile. */
  | { readonly kind: 'blocked'; readonly forMs: number }
  /** The connection is gone, who has ended it (PROTOCOL §6.16), and what the worker did if it was ended for that. */
  | {
      readonly kind: 'disconnect';
      readonly reason: string;
      readonly by: 'worker' | 'fixture';
      readonly offence?: Offence;
    };

/** What a worker did that no connection survives: it was ended from the service's side. */
export interface Offence {
  readonly violation: 'oversized-message' | 'unreadable-packet' | 'unread-backlog';
  /** What came, what was expected, and what to do. */
  readonly message: string;
}

/** For whom a test has set something: for the sessions of a scope, or for all. */
export type SettingsLevel = 'scope' | 'server';

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
  /** It may have been sent up to `lateMs` ago. */
  | { readonly kind: 'fragment:data'; readonly streamId: string; readonly fragment: Fragment; readonly lateMs?: number }
  | {
      readonly kind: 'fragment:ack';
      readonly fragmentId: string;
      readonly status: AckStatus;
      readonly timestamp: number;
    }
  | { readonly kind: 'stream:pause'; readonly streamId: string; readonly reason?: string }
  | { readonly kind: 'stream:resume'; readonly streamId: string }
  | { readonly kind: 'stream:end'; readonly streamId: string; readonly reason?: string }
  | TestEvent;

/** The test-only events (PROTOCOL §2). */
export type TestEvent =
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

/** One thing that follows: a message to send, the end of the line, or something to write down. */
export type Effect = (Message | Disconnect | Claim | Note) & Reply;

/** What an effect follows from. */
export interface Reply {
  /** The id of the input that it is in reply to; absent when it follows from the time that has passed. */
  readonly inReplyTo?: number;
}

/** The connection is to be broken: nothing is said to the worker after that, unless the form of the cut says otherwise. */
export interface Disconnect {
  readonly kind: 'disconnect';
  readonly how: CutForm;
  readonly reason: string;
  /** Present when it is a planned cut. */
  readonly cut?: CutPhase;
}

/** Whose the session is from now on, decided by the names that its worker gives: in its handshake, then in `stream:init`. */
export interface Claim {
  readonly kind: 'claim';
  readonly namedBy: 'handshake' | 'stream:init';
  /** Empty when the handshake does not name it. */
  readonly streamId: string;
  /** Empty when the handshake does not name it. */
  readonly workerId: string;
  /** Undefined when no scope claims it. */
  readonly scope: { readonly owner: object } | undefined;
}

/** What the session decided, and what the worker did wrong: nothing to send. */
export type Note = ViolationNote | RuleNote | GapNote;

/** A rule has hit a fragment, or a message that it names with `on`. */
export interface RuleNote {
  readonly kind: 'rule';
  readonly rule: RuleEntry;
  /** The message that it changes. */
  readonly on: MessageName;
  /** Absent when the message is about no fragment. */
  readonly fragmentId?: string;
  /** Absent when the message is about no fragment. */
  readonly sequenceNumber?: number;
}

/** A gap has been waited for long enough (PROTOCOL §6.3), or `stream:end` has closed it (§6.8). */
export interface GapNote {
  readonly kind: 'gap';
  readonly missingSequenceNumbers: readonly number[];
}

/** A violation as the core sees it. */
export interface ViolationNote {
  readonly kind: 'violation';
  readonly violation: ViolationKind;
  /** One sentence: what was expected, what came, what to do. */
  readonly message: string;
  readonly fragmentId?: string;
  readonly sequenceNumber?: number;
  /** The event, sent or received before, that makes it one: the newest of that name is part of the evidence. */
  readonly since?: Message['kind'] | StreamInput['kind'];
}

/** Why a message came when and as it did: not on the wire. Only what there is to say. */
export interface Because {
  /** How long it was held back by plan, milliseconds: a result by its processing. Absent when no time. */
  readonly delayMs?: number;
  readonly rule?: RuleEntry;
  readonly fault?: Fault;
}

/** What rules have made of a message. Not on the wire. */
export interface MessageChanges {
  readonly because?: Because;
  /** What is done to it on its way out: audio altered, or required fields missing and mistyped. */
  readonly damage?: 'corrupt' | 'malformed';
}

/** What the service says to the worker: the messages of PROTOCOL §3, and the answers to the test-only events. */
export type Message = NamedMessage | TestEventAnswer;

/** The six messages of PROTOCOL §3, which a rule may name with `on`. */
export type NamedMessage =
  | ({
      readonly kind: 'stream:ready';
      readonly streamId: string;
      readonly sessionId: string;
      readonly maxInflight: number;
    } & MessageChanges)
  | ({
      readonly kind: 'fragment:ack';
      readonly fragmentId: string;
      /** Not on the wire. */
      readonly sequenceNumber: number;
      readonly queuePosition: number;
      /** Absent while a gap makes the answer unknown. */
      readonly estimatedCompletionMs?: number;
    } & MessageChanges)
  | Processed
  | ({
      readonly kind: 'stream:complete';
      readonly streamId: string;
      readonly totalFragments: number;
      readonly totalDurationMs: number;
      readonly statistics: StreamStatistics;
    } & MessageChanges)
  | ({
      readonly kind: 'backpressure';
      readonly streamId: string;
      /** Counted from 1 in its stream; not on the wire. */
      readonly number: number;
      readonly currentInflight: number;
      readonly queueDepth: number;
    } & BackpressureSignal &
      MessageChanges)
  | ErrorReport;

/** The answers to the test-only events (PROTOCOL §2). */
export type TestEventAnswer =
  | {
      readonly kind: 'config:error_simulation:ack';
      readonly status: TestEventStatus;
      readonly rulesCount: number;
      readonly message?: string;
    }
  | {
      readonly kind: 'config:processing_delay:ack';
      readonly status: TestEventStatus;
      /** Absent when it was rejected. */
      readonly delayMs?: number;
      readonly message?: string;
    }
  | { readonly kind: 'config:backpressure:ack'; readonly status: TestEventStatus; readonly message?: string }
  | {
      readonly kind: 'simulate:disconnect:ack';
      readonly status: 'scheduled';
      readonly disconnectAtMs: number;
      readonly message: string;
    };

/** Whether a test-only event has changed anything. */
export type TestEventStatus = 'accepted' | 'rejected';

/** A refusal on its way to the worker (PROTOCOL §3, `error`). */
export interface ErrorReport extends Omit<Refusal, 'violation' | 'since'>, MessageChanges {
  readonly kind: 'error';
  /** Unique: the session's id and a number. */
  readonly errorId: string;
  readonly severity: Severity;
  readonly retryable: boolean;
}

/** The result of one fragment (PROTOCOL §3, `fragment:processed`). */
export interface Processed extends MessageChanges {
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
  /** From receipt to when the result is due, integer milliseconds; the stages add up to it. */
  readonly processingTimeMs: number;
  readonly stageTimings: { readonly asrMs: number; readonly translationMs: number; readonly ttsMs: number };
  readonly error?: FragmentError;
}

/** Why something the worker sent was not done; becomes an `error` event (PROTOCOL §3). */
export interface Refusal {
  /** One of PROTOCOL §5; a simulated error may have any other. */
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  readonly streamId?: string;
  readonly fragmentId?: string;
  /** Default, as of `retryable`: what the code's row says. */
  readonly severity?: Severity;
  readonly retryable?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Where it stands for the result of a fragment; not on the wire. */
  readonly because?: Because;
  /** What the worker did wrong; absent when nothing. Not on the wire. */
  readonly violation?: ViolationKind;
  /** The event, said or heard before, that makes it a violation. Not on the wire. */
  readonly since?: Message['kind'] | StreamInput['kind'];
}
