/**
 * Closing connections so that their workers notice: each is told, and has a moment to hear it. Knows nothing of why they are
 * closed.
 */

import type { Socket } from 'socket.io';
import { nextTurn } from '../clock/clock.js';
import { atMost } from '../clock/deadline.js';
import type { Peer } from './peer.js';

/** A polling worker that does not ask within this time is not waited for: `close()` takes less than a second. */
const NOTICE_MS = 500;

/** Calls back at the next HTTP request of the worker; the function it returns takes that back. */
type OnceRequested = (conn: Socket['conn'], callback: () => void) => () => void;

/** Two turns let the message reach the workers, which then know not to reconnect; over polling they have to ask. */
export async function closeGracefully(peers: readonly Peer[]): Promise<void> {
  const closed = peers.map((peer) => peer.disconnect());
  await nextTurn();
  await nextTurn();
  await atMost(NOTICE_MS, Promise.all(closed));
  for (const peer of peers) peer.destroy();
}

/** Connections that were ended from here and whose workers have not noticed yet: what was sent last is still on its way. */
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

  /** Resolves when all have been noticed, or soon. A worker is waited for once: it may be gone as well. */
  async noticed(): Promise<void> {
    const closes = [...this.#pending];
    this.#pending.clear();
    if (closes.length === 0) return;
    await atMost(NOTICE_MS, Promise.all(closes.map(({ noticed }) => noticed)));
    for (const close of closes) close.forget();
  }
}

interface PendingClose {
  /** Resolves once the worker has noticed, as far as it shows. */
  readonly noticed: Promise<void>;
  /** Whether it has noticed is not asked any more. */
  readonly forget: () => void;
}

/** A WebSocket is closed by both sides; over polling, who asks again has got the last answer. */
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
