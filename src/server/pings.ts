/** The pings to a worker that wait for its pong: a worker replies to them in order. It knows nothing of their purpose. */

import type { Socket } from 'socket.io';

type Callback = (isAnswered: boolean) => void;

export class Pings {
  /** The callback of each ping without a pong. */
  readonly #waiting: Callback[] = [];
  /** The callback of the ping that is being sent. */
  #sending: Callback | undefined;

  get areWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Sends a ping besides those of the heartbeat. Resolves with whether the worker replies to it. */
  send(conn: Socket['conn']): Promise<boolean> {
    return new Promise((resolve) => {
      this.#sending = resolve;
      // engine.io has no public method for it.
      Reflect.apply(Reflect.get(conn, 'sendPacket'), conn, ['ping']);
      this.#sending = undefined;
    });
  }

  /** Call it for each ping that is sent, by `send` or by the heartbeat. */
  sent(): void {
    this.#waiting.push(this.#sending ?? (() => {}));
  }

  /** A pong has arrived. */
  answered(): void {
    this.#waiting.shift()?.(true);
  }

  /** No pong will arrive. */
  giveUp(): void {
    for (const callback of this.#waiting.splice(0)) callback(false);
  }
}
