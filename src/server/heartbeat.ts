/**
 * The heartbeat of engine.io, for a process that may be kept busy: its timers know nothing of a pong that has arrived and waits
 * to be read.
 */

import type { Server, Socket } from 'socket.io';
import { startDeadline } from '../clock/deadline.js';

const TIMEOUT = 'ping timeout';

/** A worker is given up only for time in which its pong could have been read. engine.io has no word for any of this. */
export function readPongsFirst({ engine }: Server, pingTimeoutMs: number): void {
  engine.on('connection', (conn: Socket['conn']) => {
    const close = methodOf(conn, 'onClose');
    const awaitPong = methodOf(conn, 'resetPingTimeout');
    let stop = () => {};
    let isWaiting = false;
    let isTimeUp = false;
    const settle = () => {
      stop();
      isWaiting = isTimeUp = false;
    };
    Reflect.set(conn, 'resetPingTimeout', () => {
      settle();
      isWaiting = true;
      stop = startDeadline(() => {
        isWaiting = false;
        if (isTimeUp) close(TIMEOUT);
      }, pingTimeoutMs);
      awaitPong();
    });
    Reflect.set(conn, 'onClose', (reason: string, description?: unknown) => {
      isTimeUp = reason === TIMEOUT && isWaiting;
      if (isTimeUp) return;
      // Whatever else has come has put it off, and the deadline is over by now.
      if (reason === TIMEOUT) stop = startDeadline(() => close(TIMEOUT), 0);
      else close(reason, description);
    });
    conn.on('heartbeat', settle);
    conn.once('close', settle);
  });
}

function methodOf(conn: Socket['conn'], name: string): (...values: unknown[]) => void {
  const method: (...values: unknown[]) => void = Reflect.get(conn, name);
  return (...values) => Reflect.apply(method, conn, values);
}
