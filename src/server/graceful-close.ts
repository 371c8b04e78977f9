/**
 * Closes connections so that their workers notice: each gets a message and a moment to receive it. Knows nothing of why
 * they are closed.
 */

import type { Socket } from 'socket.io';
import { nextTurn } from '../clock/clock.js';
import { atMost } from '../clock/deadline.js';
import type { Peer } from './peer.js';

/** Maximum wait for a polling worker, milliseconds, because `close()` must take less than a second. */
const NOTICE_MS = 500;

/** Calls back at the next HTTP request of the worker. The returned function cancels that. */
type OnceRequested = (conn: Socket['conn'], callback: () => void) => () => void;

/**
 * Two turns let the message reach the workers, so that they do not reconnect. Over polling they must send a request.
 */
export async function closeGracefully(peers: readonly Peer[]): Promise<void> {
  const releases = peers.map((peer) => peer.hold());
  const closed = peers.map((peer) => peer.disconnect());
  // The writes come last: workers that are woken earlier take the processor from this loop, and the replies of thousands
  // would have to be read before the connections are ended.
  for (const release of releases) release();
  await nextTurn();
  await nextTurn();
  await atMost(NOTICE_MS, Promise.all(closed));
  for (const peer of peers) peer.destroy();
}

/**
 * Connections that the server has ended and whose workers have not noticed yet: the last messages are still under way.
 */
export class PendingCloses {
  readonly #onceRequested: OnceRequested;
  readonly #pending = new Set<PendingClose>();

  constructor(onceRequested: OnceRequested) {
    this.#onceRequested = onceRequested;
  }

  add(conn: Socket['conn']): void {
    const close = pendingClose(conn, this.#onceRequested);
    this.#pending.add(close);
    void close.noticed.then(() => this.#pending.delete(close));
  }

  /**
   * Resolves when all workers have noticed, or after `NOTICE_MS`. Each is waited for only once, because it may be gone.
   */
  async noticed(): Promise<void> {
    const closes = [...this.#pending];
    this.#pending.clear();
    if (closes.length === 0) return;
    await atMost(NOTICE_MS, Promise.all(closes.map(({ noticed }) => noticed)));
    for (const close of closes) close.forget();
  }
}

interface PendingClose {
  /** Resolves once the worker has noticed, as far as that is visible. */
  readonly noticed: Promise<void>;
  /** Stops waiting for it. */
  readonly forget: () => void;
}

/** Both sides close a WebSocket. Over polling, a worker that sends another request has received the last response. */
function pendingClose(conn: Socket['conn'], onceRequested: OnceRequested): PendingClose {
  let stop = () => {};
  const notice = async () => {
    const { transport } = conn;
    if (transport.readyState !== 'closed') await new Promise((resolve) => transport.once('close', resolve));
    if (transport.name !== 'polling') return;
    await new Promise<void>((resolve) => {
      stop = onceRequested(conn, resolve);
    });
    stop();
  };
  return { noticed: notice(), forget: () => stop() };
}
