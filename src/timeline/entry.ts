/** One entry of the timeline: a message on the wire, or a decision of the fixture. Types only. */

import type { CutForm, CutPhase } from '../core/cut-forms.js';
import type { ViolationKind } from '../core/violations.js';
import type { Fault, MessageName } from '../core/vocabulary.js';
import type { InboundPayloads, OutboundPayloads } from '../wire/payloads.js';

/** `in`: from the worker; `out`: to the worker; `note`: any other event, or a decision of the fixture. */
export type Direction = 'in' | 'out' | 'note';

/**
 * Why a connection was turned away: a namespace, path, transport or protocol version that is not served; HTTP in place
 * of TLS or vice versa; an invalid handshake; a web page without permission; or no CONNECT before the connection ended.
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

/** The payloads of notes: everything that is not a message. */
export interface NotePayloads {
  /** A connection has opened. */
  connect: { readonly workerId?: string; readonly streamId?: string };
  /** A connection has closed; `by` says who closed it. */
  disconnect: { readonly reason: string; readonly by: 'worker' | 'fixture' };
  /** The service disconnects: after the linger of PROTOCOL §3, a fatal error or `simulate:disconnect`. */
  'hang-up': { readonly reason: string };
  /** A cut is carried out. */
  cut: { readonly at: CutPhase; readonly how: CutForm };
  /** A rule has hit a fragment, or the message that it names with `on`. */
  rule: {
    /** In words. */
    readonly rule: string;
    /** The message that it changes. Defaults to the result of the fragment. */
    readonly on?: MessageName;
    /** Absent when the message is about no fragment. */
    readonly fragmentId?: string;
    /** Absent when the message is about no fragment. */
    readonly sequenceNumber?: number;
  };
  /** The wait for a gap has timed out (PROTOCOL §6.3), or `stream:end` has closed it (§6.8). */
  gap: { readonly missingSequenceNumbers: readonly number[] };
  /** The worker did something wrong. */
  violation: { readonly kind: ViolationKind; readonly message: string };
  /** A stream started that no scope claims, although a scope has existed since the last `reset()`. */
  unclaimed: { readonly workerId: string };
  /**
   * A connection was turned away: by `refuse()` or a planned refusal with an HTTP status, by a guard with an error code, or for what it
   * requested, with a reason. One note counts all with the same reason and message.
   */
  refused: {
    readonly status?: number;
    readonly code?: string;
    readonly reason?: RefusalReason;
    /** What was requested, and how to fix it. */
    readonly message: string;
    /** Number of times so far; absent for 1. */
    readonly times?: number;
  };
  /** The server went down and came up again. */
  restart: {
    readonly downForMs: number;
    /** The phase of a planned restart. */
    readonly at?: CutPhase;
    /** The stream of that phase, if it had begun. */
    readonly streamId?: string;
    /** Why a planned restart has failed: in a second note, after that of its beginning. */
    readonly error?: string;
  };
  /** The test did something that no other note shows. Its consequences follow. */
  test: {
    /** In words, such as `pushBackpressure high/pause`. */
    readonly did: string;
  };
}

/** The name of every event that a timeline can contain. */
export type EventName = keyof InboundPayloads | keyof OutboundPayloads | keyof NotePayloads;

/** The cause of a message. */
export interface Cause {
  /** The number of the entry that it replies to: the fragment for a result, the event for its direct reply. */
  readonly entry?: number;
  /** The error rule, in words. */
  readonly rule?: string;
  readonly fault?: Fault;
  /** The planned processing time, milliseconds. */
  readonly delayMs?: number;
  readonly cut?: CutPhase;
  /** The phase of a planned signal; with `delayMs`, of the release that follows it. */
  readonly plan?: CutPhase;
}

interface EntryOf<Where extends Direction, Name, Payload> {
  /** From 1, without gaps, across the whole fixture. */
  readonly n: number;
  /** Unix milliseconds on the fixture's clock. */
  readonly atMs: number;
  readonly direction: Where;
  readonly event: Name;
  /** Empty on a connection that has not started a stream. */
  readonly streamId: string;
  /** Absent if the entry concerns no connection. */
  readonly sessionId?: string;
  /** The sequence number of the fragment that it is about, if any. */
  readonly sequenceNumber?: number;
  /** As on the wire, frozen; long texts are truncated. */
  readonly payload: Payload;
  readonly cause?: Cause;
}

/** An entry of the timeline. With the name of an event, an entry with the payload of that event. */
export type TimelineEntry<Name extends EventName = EventName> = Name extends EventName
  ?
      | (Name extends keyof InboundPayloads ? EntryOf<'in', Name, InboundPayloads[Name]> : never)
      | (Name extends keyof OutboundPayloads ? EntryOf<'out', Name, OutboundPayloads[Name]> : never)
      | (Name extends keyof NotePayloads ? EntryOf<'note', Name, NotePayloads[Name]> : never)
  : never;

/** An entry of the timeline, or its number. */
export type PointInTimeline = number | TimelineEntry;
