/** When the server is going to disconnect the worker, and why: after the linger of PROTOCOL §3, or because it was told to. */

import type { Effect } from './protocol.js';

const NEVER = Number.POSITIVE_INFINITY;

export class HangUp {
  #at = NEVER;
  #reason = '';

  /** Infinity when it is not going to. */
  get at(): number {
    return this.#at;
  }

  /** The earliest of several stands. */
  schedule(at: number, reason: string): void {
    if (at >= this.#at) return;
    this.#at = at;
    this.#reason = reason;
  }

  cancel(): void {
    this.#at = NEVER;
  }

  /** The disconnect, once, if its time has come. */
  due(now: number): Effect[] {
    if (now < this.#at) return [];
    this.cancel();
    return [hangUp(this.#reason)];
  }
}

/** A Socket.IO disconnect. */
export function hangUp(reason: string): Effect {
  return { kind: 'disconnect', how: 'server-disconnect', reason };
}
