/**
 * The heartbeat of engine.io, for a process that may be busy: engine.io's timers ignore a pong that has arrived but is
 * not read yet.
 */

import { clearTimeout } from 'node:timers';
import type { Server, Socket } from 'socket.io';
import { startDeadline } from '../clock/deadline.js';

type Connection = Socket['conn'];

/**
 * Disconnects a worker only after time in which its pong could have been read. engine.io has no option for that, but
 * one method that starts the timer and one property that holds it.
 */
export function readPongsFirst({ engine }: Server, pingTimeoutMs: number): void {
  /** What stops the deadline of each connection that owes a pong. */
  const stops = new WeakMap<Connection, () => void>();
  // These get their connection as `this`: so two functions serve thousands of connections.
  function settle(this: Connection): void {
    stops.get(this)?.();
    stops.delete(this);
  }
  function resetPingTimeout(this: Connection): void {
    const close = () => Reflect.apply(Reflect.get(this, 'onClose'), this, ['ping timeout']);
    const refresh = () => {
      stops.get(this)?.();
      stops.set(this, startDeadline(close, pingTimeoutMs));
    };
    refresh();
    Reflect.set(this, 'pingTimeoutTimer', { refresh });
  }
  engine.on('connection', (conn: Connection) => {
    Reflect.set(conn, 'resetPingTimeout', resetPingTimeout);
    conn.on('heartbeat', settle);
    conn.on('close', settle);
  });
}

/** No heartbeat is sent or expected again. engine.io has no method for it, so its timers are removed. */
export function stopHeartbeat(conn: Connection): void {
  clearTimeout(Reflect.get(conn, 'pingIntervalTimer'));
  clearTimeout(Reflect.get(conn, 'pingTimeoutTimer'));
}
