/** One entry of the timeline: what crossed the wire, or what the fixture decided. Types only. */

import type { CutForm, CutPhase } from '../core/cut-forms.js';
import type { ViolationKind } from '../core/violations.js';
import type { Fault, MessageName } from '../core/vocabulary.js';
import type { InboundPayloads, OutboundPayloads } from '../wire/payloads.js';

/** `in`: from the worker; `out`: to the worker; `note`: something else that happened, or that the fixture decided. */
export type Direction = 'in' | 'out' | 'note';

/**
 * What a worker asked for that has turned it away: a namespace, path, transport or protocol version that is not served; HTTP in
 * place of TLS or the other way round; a handshake in another form; or the permission that a web page needs. Or it has sent
 * no CONNECT, and its connection was ended.
 */
export type RefusalReason =
  | 'namespace'
  | 'path'
  | 'transport'
  | 'protocol'
  | 'tls'
  | 'handshake'
  | 'cors'
  | 'no-connect';

/** What happened besides messages. */
export interface NotePayloads {
  /** A connection is open. */
  connect: { readonly workerId?: string; readonly streamId?: string };
  /** A connection is gone; `by` says who ended it. */
  disconnect: { readonly reason: string; readonly by: 'worker' | 'fixture' };
  /** The service says goodbye: after the linger of PROTOCOL §3, a fatal error or `simulate:disconnect`. */
  'hang-up': { readonly reason: string };
  /** A cut is carried out. */
  cut: { readonly at: CutPhase; readonly how: CutForm };
  /** An error rule has hit a fragment, or the message that it names with `on`. */
  rule: {
    /** In words. */
    readonly rule: string;
    /** The message that it changes; absent when that is the result of the fragment. */
    readonly on?: MessageName;
    /** Absent when the message is about no fragment. */
    readonly fragmentId?: string;
    /** Absent when the message is about no fragment. */
    readonly sequenceNumber?: number;
  };
  /** A gap has been waited for long enough (PROTOCOL §6.3). */
  gap: { readonly missingSequenceNumbers: readonly number[] };
  /** The worker did something wrong. */
  violation: { readonly kind: ViolationKind; readonly message: string };
  /** A stream was begun that no scope claims, although there has been one since the last `reset()`. */
  unclaimed: { readonly workerId: string };
  /**
   * A connection was turned away: by `refuse()` with an HTTP status, by a guard with an error code, or for what it asked for,
   * with a reason. Of those with the same reason and message there is one note, which counts them.
   */
  refused: {
    readonly status?: number;
    readonly code?: string;
    readonly reason?: RefusalReason;
    /** What was asked for, and what helps. */
    readonly message: string;
    /** How often, by now; absent for once. */
    readonly times?: number;
  };
  /** The server went down, and came up again. */
  restart: { readonly downForMs: number };
  /** The test did something by hand that no other note tells; what that brought about follows. */
  test: {
    /** In words, such as `pushBackpressure high/pause`. */
    readonly did: string;
  };
}

/** Every event that a timeline can hold, by its name. */
export type EventName = keyof InboundPayloads | keyof OutboundPayloads | keyof NotePayloads;

/** What is behind a message. */
export interface Cause {
  /** The number of the entry that it answers: the fragment for its result, the event for its direct answer. */
  readonly entry?: number;
  /** The error rule, in words. */
  readonly rule?: string;
  readonly fault?: Fault;
  /** How long its processing took by plan, milliseconds. */
  readonly delayMs?: number;
  readonly cut?: CutPhase;
}

interface EntryOf<Where extends Direction, Name, Payload> {
  /** From 1, without gaps, over the whole fixture. */
  readonly n: number;
  /** When, Unix milliseconds on the fixture's clock. */
  readonly atMs: number;
  readonly direction: Where;
  readonly event: Name;
  /** Empty on a connection that has not begun a stream. */
  readonly streamId: string;
  /** Absent for what concerns no connection. */
  readonly sessionId?: string;
  /** Of the fragment that it is about. */
  readonly sequenceNumber?: number;
  /** As on the wire, frozen; long texts are cut. */
  readonly payload: Payload;
  readonly cause?: Cause;
}

/** An entry; with the name of an event, one with exactly the payload of that event. */
export type TimelineEntry<Name extends EventName = EventName> = Name extends EventName
  ?
      | (Name extends keyof InboundPayloads ? EntryOf<'in', Name, InboundPayloads[Name]> : never)
      | (Name extends keyof OutboundPayloads ? EntryOf<'out', Name, OutboundPayloads[Name]> : never)
      | (Name extends keyof NotePayloads ? EntryOf<'note', Name, NotePayloads[Name]> : never)
  : never;

/** An entry of the timeline, or its number. */
export type PointInTimeline = number | TimelineEntry;
