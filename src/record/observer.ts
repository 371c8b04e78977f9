/** The steps of a session, and of connections without one, as they are reported to an observer. Types only. */

import type { Effect, Input } from '../core/protocol.js';
import type { Handshake } from '../core/snapshot.js';
import type { NotePayloads } from '../timeline/entry.js';

/** One step of a session. Times are Unix milliseconds. */
export type Step =
  /** The connection has opened. */
  | { readonly kind: 'connected'; readonly handshake: Handshake; readonly at: number }
  /** An event arrived and was decoded as `input`. The effects in reply to it have its `id` as `inReplyTo`. */
  | {
      readonly kind: 'received';
      readonly event: unknown;
      readonly args: readonly unknown[];
      readonly input: Input;
      readonly id: number;
      readonly at: number;
    }
  /** An effect. `payload` is that of a message, as on the wire; empty for other effects. */
  | { readonly kind: 'effect'; readonly effect: Effect; readonly payload: object; readonly at: number }
  /** The connection has closed, and who closed it. The effects in reply to that have its `id`. */
  | {
      readonly kind: 'lost';
      readonly reason: string;
      readonly by: 'worker' | 'fixture';
      readonly id: number;
      readonly at: number;
    }
  /** All effects of the last input, or of the passing of time, have been reported. */
  | { readonly kind: 'settled' }
  /** The session will not change again. */
  | { readonly kind: 'ended' };

/** Receives each step of one session, in order. Must not throw. */
export type Observer = (step: Step) => void;

/** Why a connection without a session was turned away. */
export type ConnectionRefusal = Omit<NotePayloads['refused'], 'times'>;

/** One step of a connection without a session. Times are milliseconds of real time. */
export type ArrivalStep =
  | { readonly kind: 'refused'; readonly refusal: ConnectionRefusal }
  /** A transport is open without a CONNECT, or the option `auth` is being checked. */
  | {
      readonly kind: 'opened' | 'judged';
      readonly connection: object;
      /** The origin of a web page. */
      readonly origin?: string | undefined;
      readonly at: number;
    }
  /** It was admitted or turned away. */
  | { readonly kind: 'settled'; readonly connection: object }
  /** It has closed; `refusal` is the reason if the service closed it before a CONNECT. */
  | { readonly kind: 'gone'; readonly connection: object; readonly refusal?: ConnectionRefusal };

/** Receives each step. Must not throw. */
export type ArrivalObserver = (step: ArrivalStep) => void;
