/** The other end of a connection, as the driver of a session uses it: how to send, receive and break it. Types only. */

import type { CutForm } from '../core/cut-forms.js';
import type { Offence } from '../core/protocol.js';
import type { Handshake } from '../core/snapshot.js';

/** One event to send to the worker. */
export interface OutgoingEvent {
  readonly event: string;
  readonly payload: object;
  /** Audio in the payload that nobody needs once the event is sent. */
  readonly spareAudio?: object | undefined;
}

/** What the worker does. */
export interface PeerListener {
  /** An event arrived. `acknowledge` is the worker's callback, if any; call it at most once. */
  received(event: unknown, args: readonly unknown[], acknowledge: ((payload: object) => void) | undefined): void;
  /** The connection has closed. */
  lost(loss: Loss): void;
  /** Maximum number of fragments in flight: what was agreed with the worker, or the default before that. */
  readonly maxInflight: number;
}

/** Why a connection has closed. */
export interface Loss {
  readonly reason: string;
  /** The worker's offence, if the server closed the connection for it. */
  readonly offence?: Offence;
}

/** The worker at the other end of a connection. */
export interface Peer {
  readonly handshake: Handshake;
  /** Called once, before anything can arrive. */
  hear(listener: PeerListener): void;
  /** Sends these events after the earlier ones, in this order, at the latest with `flush`. */
  say(events: readonly OutgoingEvent[]): void;
  /** Nothing else follows at once: everything that was said leaves now. Other methods that need this do it first. */
  flush(): void;
  break(how: CutForm): void;
  /** Calls back once everything that was said has left the server, or can't leave any more. */
  afterLastWord(callback: () => void): void;
  /** A measure of the received data that grows when more arrives. */
  readonly bytesRead: number;
  /** Whether input of the worker is ignored, even input that was read together with the cause of that. */
  readonly isDeaf: boolean;
  /** Whether the server has ended or broken the connection. */
  readonly isEnded: boolean;
  /** Whether the worker has not received everything yet. False if it can no longer receive. */
  readonly hasUnheard: boolean;
  /**
   * Resolves with true once the worker has received everything sent so far, and everything it sent before that has
   * arrived here; with false if it is gone or cannot reply.
   */
  heard(): Promise<boolean>;
  /** Like `heard`, with a time limit. A worker that has timed out is not waited for again until it replies. */
  heardSoon(): Promise<boolean>;
  /** Calls back whenever something has been sent or received. The returned function cancels that. */
  listen(callback: () => void): () => void;
  /** Holds back what is written to the worker from now on, until the returned function is called. */
  hold(): () => void;
  /** The server is about to end the connection in a way that the worker does not notice. */
  abandon(): void;
  /** Disconnects the worker with a message. Resolves once the connection is closed. */
  disconnect(): Promise<void>;
  /** Ends the connection regardless of the worker. */
  destroy(): void;
}
