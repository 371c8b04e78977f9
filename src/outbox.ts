/** The way out to one worker: what is said, how much of it waits unread, and hanging up after the last word. */

import type { Socket } from 'socket.io';

export class Outbox {
  readonly #socket: Socket;
  /** Characters that were said and not yet handed to the transport. */
  #unread = 0;

  /** A worker that lets more than `maxUnread` characters wait is cut off: it could fill the memory of the test. */
  constructor(socket: Socket, maxUnread: number) {
    this.#socket = socket;
    socket.conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
      this.#unread += data?.length ?? 0;
      if (this.#unread > maxUnread) socket.conn.close(true);
    });
    socket.conn.on('flush', () => {
      this.#unread = 0;
    });
  }

  say(event: string, payload: object): void {
    this.#socket.emit(event, payload);
  }

  /**
   * The worker hears `io server disconnect`, then the transport is closed: resolves once it is. Not with
   * `disconnect(true)`: that keeps a timer of 30 s for a polling worker that does not come back.
   */
  hangUp(): Promise<void> {
    const { conn } = this.#socket;
    const closed = new Promise<void>((resolve) => {
      conn.once('close', () => resolve());
    });
    this.#socket.disconnect();
    if (this.#unread === 0) conn.close(true);
    else conn.once('drain', () => conn.close(true));
    return closed;
  }
}
