/**
 * The heartbeat of engine.io, for a process that may be busy: engine.io's timers ignore a pong that has arrived but is
 * not read yet.
 */

import { clearTimeout } from 'node:timers';
import type { Server, Socket } from 'socket.io';
import { noTimer } from '../clock/clock.js';
import { startDeadline } from '../clock/deadline.js';

type Connection = Socket['conn'];

/**
 * Disconnects a worker only after time in which its pong could have been read. engine.io has no option for that, but
 * one method that starts the timer and one property that holds it.
 */
export function readPongsFirst({ engine }: Server, pingTimeoutMs: number): void {
  engine.on('connection', (conn: Connection) => {
    let stop = noTimer;
    const settle = () => stop();
    Reflect.set(conn, 'resetPingTimeout', () => {
      const close = () => Reflect.apply(Reflect.get(conn, 'onClose'), conn, ['ping timeout']);
      const refresh = () => {
        stop();
        stop = startDeadline(close, pingTimeoutMs);
      };
      refresh();
      Reflect.set(conn, 'pingTimeoutTimer', { refresh });
    });
    conn.on('heartbeat', settle);
    conn.on('close', settle);
  });
}

/** No heartbeat is sent or expected again. engine.io has no method for it, so its timers are removed. */
export function stopHeartbeat(conn: Connection): void {
  clearTimeout(Reflect.get(conn, 'pingIntervalTimer'));
  clearTimeout(Reflect.get(conn, 'pingTimeoutTimer'));
}
