/** What is told of a session, and of who has none yet, step by step, to whoever writes it down. Types only. */

import type { Effect, Input } from '../core/protocol.js';
import type { Handshake } from '../core/snapshot.js';
import type { NotePayloads } from '../timeline/entry.js';

/** One step of a session. Times are Unix milliseconds. */
export type Step =
  /** The connection is there. */
  | { readonly kind: 'connected'; readonly handshake: Handshake; readonly at: number }
  /** An event came, and what it was taken for. The effects in reply to it bear the `id` as `inReplyTo`. */
  | {
      readonly kind: 'received';
      readonly event: unknown;
      readonly args: readonly unknown[];
      readonly input: Input;
      readonly id: number;
      readonly at: number;
    }
  /** Something follows. The payload is that of a message, as it is on the wire; empty for anything else. */
  | { readonly kind: 'effect'; readonly effect: Effect; readonly payload: object; readonly at: number }
  /** The connection is gone, and who has ended it. The effects in reply to that bear the `id`. */
  | {
      readonly kind: 'lost';
      readonly reason: string;
      readonly by: 'worker' | 'fixture';
      readonly id: number;
      readonly at: number;
    }
  /** All that follows from the last input, or from the time that has passed, has been told. */
  | { readonly kind: 'settled' }
  /** The session will not change again. */
  | { readonly kind: 'ended' };

/** Is told each step of one session, in order. It must not throw. */
export type Observer = (step: Step) => void;

/** Why somebody was turned away who has no session. */
export type ConnectionRefusal = Omit<NotePayloads['refused'], 'times'>;

/** One step of who has no session yet. Times are milliseconds of real time. */
export type ArrivalStep =
  | { readonly kind: 'refused'; readonly refusal: ConnectionRefusal }
  /** A transport is open and no CONNECT has come; or the option `auth` is asked. */
  | {
      readonly kind: 'opened' | 'judged';
      readonly connection: object;
      /** Of a web page. */
      readonly origin?: string | undefined;
      readonly at: number;
    }
  /** It was answered: let in or turned away. */
  | { readonly kind: 'settled'; readonly connection: object }
  /** It is closed; `refusal` is why, where the service has ended it before a CONNECT. */
  | { readonly kind: 'gone'; readonly connection: object; readonly refusal?: ConnectionRefusal };

/** Is told each step. It must not throw. */
export type ArrivalObserver = (step: ArrivalStep) => void;
