/** Connections to a Socket.IO server before they have a session: their transports, requests and ends. */

import type { Server } from 'socket.io';
import { realClock } from '../clock/clock.js';
import { withSlash } from '../options/paths.js';
import type { Settings } from '../options/settings.js';
import type { ArrivalObserver, ConnectionRefusal } from '../record/observer.js';
import { type EngineError, endedEarly, wrongHandshake, wrongNamespace } from './turned-away.js';

/** An engine.io session. */
interface Transported {
  readonly request: { readonly headers: { readonly origin?: string | undefined } };
  on(event: 'close', listener: (this: Transported, reason: string) => void): unknown;
  prependOnceListener(event: 'data', listener: (this: Transported, data: unknown) => void): unknown;
}

/** A CONNECT to another namespace (Socket.IO protocol 5), which is answered at once. */
const CONNECT_ELSEWHERE = /^0\/[^,]/;
/** engine.io's reason when the other side has closed the transport. */
const GONE = 'transport close';

export function watchArrivals(io: Server, settings: Settings, observe: ArrivalObserver): void {
  const paths = settings.paths.map(withSlash);
  const refused = (refusal: ConnectionRefusal | undefined) => {
    if (refusal !== undefined) observe({ kind: 'refused', refusal });
  };
  io.engine.on('connection_error', (error: EngineError) => refused(wrongHandshake(error, settings.transports)));
  // This is called for each unknown namespace; none is ever created.
  io.of((name, _, next) => {
    refused(wrongNamespace(name, paths));
    next(null, false);
  });
  io.engine.on('connection', (connection: Transported) => {
    const { origin } = connection.request.headers;
    observe({ kind: 'opened', connection, origin, at: realClock.now() });
    connection.prependOnceListener('data', received);
    connection.on('close', closed);
  });
  // Listeners get their connection as `this`: so two functions serve thousands of connections.
  function received(this: Transported, data: unknown): void {
    if (typeof data === 'string' && CONNECT_ELSEWHERE.test(data)) observe({ kind: 'settled', connection: this });
  }
  function closed(this: Transported, reason: string): void {
    observe({ kind: 'gone', connection: this, ...(reason !== GONE && { refusal: endedEarly(reason) }) });
  }
}
