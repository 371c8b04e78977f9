/** The other end of a connection, as the driver of a session knows it: what it says, hears, and how it breaks. Types only. */

import type { CutForm } from '../core/cut-forms.js';
import type { Offence } from '../core/protocol.js';
import type { Handshake } from '../core/snapshot.js';

/** One event on its way to the worker. */
export interface OutgoingEvent {
  readonly event: string;
  readonly payload: object;
}

/** What the worker does. */
export interface PeerListener {
  /** An event came. With `acknowledge` the worker has passed a callback, which is called once at the most. */
  received(event: unknown, args: readonly unknown[], acknowledge: ((payload: object) => void) | undefined): void;
  /** The connection is gone. */
  lost(loss: Loss): void;
}

/** Why a connection is gone. */
export interface Loss {
  readonly reason: string;
  /** What the worker did, if it was ended from here for that. */
  readonly offence?: Offence;
}

/** The worker at the other end of a connection. */
export interface Peer {
  readonly handshake: Handshake;
  /** Called once, before anything can have come. */
  hear(listener: PeerListener): void;
  /** Sends all that is to be said at one time, in this order. */
  say(events: readonly OutgoingEvent[]): void;
  break(how: CutForm): void;
  /** How much has come from the worker, by any measure: whether more has since. */
  readonly bytesRead: number;
  /** Whether what the worker sends is not heard: even what had been read together with the cause of that. */
  readonly isDeaf: boolean;
  /** Whether the connection was ended or broken from here. */
  readonly isEnded: boolean;
  /** Whether the worker has yet to hear something that was said. One that cannot hear any more has not. */
  readonly hasUnheard: boolean;
  /**
   * Resolves with true once the worker has heard all that was said so far, and what it had said before that has arrived
   * here; with false if it is gone or cannot answer.
   */
  heard(): Promise<boolean>;
  /** The same, but not for long; a worker that was waited for in vain is not waited for again before it has answered. */
  heardSoon(): Promise<boolean>;
  /** Calls back whenever something has been sent or heard; the returned function ends that. */
  listen(callback: () => void): () => void;
  /** It is about to be ended from here, in a way that it does not notice by itself. */
  abandon(): void;
  /** Disconnects the worker, which learns that; resolves once the connection is closed. */
  disconnect(): Promise<void>;
  /** Ends the connection whatever the worker does. */
  destroy(): void;
}
