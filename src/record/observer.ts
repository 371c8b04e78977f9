/** What is told of a session, step by step, to whoever writes it down. Types only. */

import type { Effect, Input } from '../core/protocol.js';
import type { Handshake } from '../core/snapshot.js';

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
