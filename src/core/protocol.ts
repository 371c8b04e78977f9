/**
 * The inputs and outputs of a session. Types only.
 * `kind` is the event name of PROTOCOL §§2–3 wherever there is one, so that the page and the code use the same names.
 */

import type { BackpressurePlan } from './backpressure.js';
import type { CutForm, CutPhase } from './cut-forms.js';
import type { ErrorCode, Severity } from './error-codes.js';
import type { RuleEntry } from './rule.js';
import type { TestEvent, TestEventAnswer } from './test-event.js';
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

/** One thing that happens to a session: a worker's event of PROTOCOL §2, or an action of the test or the network. */
export type Input =
  | StreamInput
  /** The connection has opened. Only the first session of a connection gets this input. */
  | { readonly kind: 'connect' }
  /** A payload that did not decode: it gets a reply and changes nothing (PROTOCOL §6.14–15). */
  | { readonly kind: 'malformed'; readonly refusal: Refusal }
  /** A test-only event that did not decode: it gets a reply and changes nothing (PROTOCOL §2). */
  | { readonly kind: 'rejected'; readonly answer: TestEventAnswer }
  /** An event that PROTOCOL §2 does not list, with the name it resembles: only recorded (PROTOCOL §6.15). */
  | { readonly kind: 'unknown'; readonly event: string; readonly meant?: string }
  /** Sets the processing delay of fragments that arrive from now on, for the scope or for the server. */
  | { readonly kind: 'delay'; readonly level: SettingsLevel; readonly delayMs: DelayPlan }
  /** Sets the backpressure that is simulated from now on, for the scope or for the server. */
  | { readonly kind: 'backpressure'; readonly level: SettingsLevel; readonly plan: BackpressurePlan }
  /** Sends the worker a backpressure signal now, whatever the load. */
  | { readonly kind: 'push backpressure'; readonly signal: BackpressureSignal }
  /** Sends the worker an error now. It ends no fragment and permits no retry. */
  | { readonly kind: 'push error'; readonly error: Refusal }
  /** Carries out a planned cut with the phase `now`, if there is one. */
  | { readonly kind: 'cut now' }
  /** The worker has certainly received the `backpressure` with this number (`Message`) and all earlier ones. */
  | { readonly kind: 'heard'; readonly signal: number }
  /** The process could not read anything for `forMs` milliseconds; the worker may have sent something meanwhile. */
  | { readonly kind: 'blocked'; readonly forMs: number }
  /** The connection has closed: who closed it (PROTOCOL §6.16), and the worker's offence if that was the reason. */
  | {
      readonly kind: 'disconnect';
      readonly reason: string;
      readonly by: 'worker' | 'fixture';
      readonly offence?: Offence;
    };

/** What a worker did that made the service close the connection. */
export interface Offence {
  readonly violation: 'oversized-message' | 'unreadable-packet' | 'unread-backlog';
  /** What came, what was expected, and what to do. */
  readonly message: string;
}

/** Which sessions a setting applies to: those of a scope, or all. */
export type SettingsLevel = 'scope' | 'server';

/** The inputs whose legality depends on the session's state: the columns of `TRANSITIONS`. */
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

/** One consequence of an input: a message to send, a disconnect, or something to record. */
export type Effect = (Message | Disconnect | ServerRestart | Claim | Note) & Reply;

/** The input that an effect replies to. */
export interface Reply {
  /** The id of that input; absent when the effect follows from the passing of time. */
  readonly inReplyTo?: number;
}

/** Closes the connection. The worker gets nothing after it, except with the cut forms whose `endsTalk` is false. */
export interface Disconnect {
  readonly kind: 'disconnect';
  readonly how: CutForm;
  readonly reason: string;
  /** The phase of a planned cut; absent for any other disconnect. */
  readonly cut?: CutPhase;
}

/** The whole server goes down, like one that has crashed, and comes up again. The worker gets nothing after it. */
export interface ServerRestart {
  readonly kind: 'restart';
  readonly downForMs: number;
  /** The phase in which it is planned. */
  readonly at: CutPhase;
}

/** Which scope owns the session from now on. Decided by the names in the handshake, then by those in `stream:init`. */
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

/** A decision of the session, or a violation of the worker. Recorded, not sent. */
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

/** The wait for a gap has timed out (PROTOCOL §6.3), or `stream:end` has closed the gap (§6.8). */
export interface GapNote {
  readonly kind: 'gap';
  readonly missingSequenceNumbers: readonly number[];
}

/** Something that the worker did wrong. */
export interface ViolationNote {
  readonly kind: 'violation';
  readonly violation: ViolationKind;
  /** One sentence: what was expected, what came, what to do. */
  readonly message: string;
  readonly fragmentId?: string;
  readonly sequenceNumber?: number;
  /** An earlier event, sent or received, that makes this a violation. The newest event of that name is the evidence. */
  readonly since?: Message['kind'] | StreamInput['kind'];
}

/** Why a message was sent when and as it was. Not on the wire. */
export interface Because {
  /** How long it was delayed as planned, milliseconds; for a result, its processing time. Absent when 0. */
  readonly delayMs?: number;
  readonly rule?: RuleEntry;
  readonly fault?: Fault;
  /** The phase of a planned signal; with `delayMs`, of the release that follows it. */
  readonly plan?: CutPhase;
}

/** How rules have changed a message. Not on the wire. */
export interface MessageChanges {
  readonly because?: Because;
  /** How its payload is damaged: altered audio (`corrupt`), or missing and mistyped fields (`malformed`). */
  readonly damage?: 'corrupt' | 'malformed';
}

/** What the service sends to the worker: the messages of PROTOCOL §3, and the replies to the test-only events. */
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
      /** Absent while a gap makes it unknown. */
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

/** A refusal as the worker gets it (PROTOCOL §3, `error`). */
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
  /** Success and partial only: the received object itself. */
  readonly audio?: OpaqueAudio;
  /** The digest of that audio, if the fragment had one. Not on the wire. */
  readonly audioDigest?: AudioDigest | undefined;
  readonly transcript?: string;
  readonly translatedText?: string;
  /** From receipt to the time the result is due, integer milliseconds. The stages add up to it. */
  readonly processingTimeMs: number;
  readonly stageTimings: { readonly asrMs: number; readonly translationMs: number; readonly ttsMs: number };
  readonly error?: FragmentError;
}

/** Why something that the worker sent was refused. Becomes an `error` event (PROTOCOL §3). */
export interface Refusal {
  /** A code of PROTOCOL §5; a simulated error may have any other code. */
  readonly code: ErrorCode | (string & {});
  readonly message: string;
  readonly streamId?: string;
  readonly fragmentId?: string;
  /** Like `retryable`, defaults to the value in the code's row of `ERROR_CODES`. */
  readonly severity?: Severity;
  readonly retryable?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Present when it replaces the result of a fragment. Not on the wire. */
  readonly because?: Because;
  /** The worker's violation, if any. Not on the wire. */
  readonly violation?: ViolationKind;
  /** An earlier event, sent or received, that makes it a violation. Not on the wire. */
  readonly since?: Message['kind'] | StreamInput['kind'];
}
