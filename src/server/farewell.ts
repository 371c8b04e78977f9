/** The end of a line as its worker notices it: the socket is gone at once, what was said last is still on its way. */

import type { Socket } from 'socket.io';

/** Calls back at the next HTTP request of the worker; the answer takes that back. */
type OnceRequested = (callback: () => void) => () => void;

export class Farewell {
  /** Resolves once the worker has noticed, as far as it shows. */
  readonly noticed: Promise<void>;
  #stop = () => {};

  constructor(conn: Socket['conn'], onceRequested: OnceRequested) {
    this.noticed = this.#await(conn, onceRequested);
  }

  /** Whether it has noticed is not asked any more. */
  forget(): void {
    this.#stop();
  }

  /** A WebSocket is closed by both sides; over polling, who asks again has got the last answer. */
  async #await({ transport }: Socket['conn'], onceRequested: OnceRequested): Promise<void> {
    if (transport.readyState !== 'closed') await new Promise((resolve) => transport.once('close', resolve));
    if (transport.name !== 'polling') return;
    await new Promise<void>((resolve) => {
      this.#stop = onceRequested(resolve);
    });
    this.#stop();
  }
}
