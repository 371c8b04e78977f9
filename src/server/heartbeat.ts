/**
 * The heartbeat of engine.io, for a process that may be busy: engine.io's timers ignore a pong that has arrived but is
 * not read yet.
 */

import type { Server, Socket } from 'socket.io';
import { startDeadline } from '../clock/deadline.js';

/**
 * Disconnects a worker only after time in which its pong could have been read. engine.io has no option for that, but
 * one method that starts the timer and one property that holds it.
 */
export function readPongsFirst({ engine }: Server, pingTimeoutMs: number): void {
  engine.on('connection', (conn: Socket['conn']) => {
    let stop = () => {};
    const settle = () => stop();
    const close = () => Reflect.apply(Reflect.get(conn, 'onClose'), conn, ['ping timeout']);
    const refresh = () => {
      stop();
      stop = startDeadline(close, pingTimeoutMs);
    };
    Reflect.set(conn, 'resetPingTimeout', () => {
      refresh();
      Reflect.set(conn, 'pingTimeoutTimer', { refresh });
    });
    conn.on('heartbeat', settle);
    conn.once('close', settle);
  });
}
