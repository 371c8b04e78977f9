/** Who comes to a Socket.IO server, before it has a session: their transports, what they ask for, and that they go again. */

import type { Server } from 'socket.io';
import { realClock } from '../clock/clock.js';
import { withSlash } from '../options/paths.js';
import type { Settings } from '../options/settings.js';
import type { ArrivalObserver, ConnectionRefusal } from '../record/observer.js';
import { type EngineError, endedEarly, wrongHandshake, wrongNamespace } from './turned-away.js';

/** An engine.io session. */
interface Transported {
  readonly request: { readonly headers: { readonly origin?: string | undefined } };
  once(event: 'close', listener: (reason: string) => void): unknown;
  prependOnceListener(event: 'data', listener: (data: unknown) => void): unknown;
}

/** A CONNECT to a namespace of that name (Socket.IO protocol 5): what becomes of it, it is answered at once. */
const CONNECT_ELSEWHERE = /^0\/[^,]/;
/** How engine.io says that the other side has gone. */
const GONE = 'transport close';

export function watchArrivals(io: Server, settings: Settings, observe: ArrivalObserver): void {
  const paths = settings.paths.map(withSlash);
  const refused = (refusal: ConnectionRefusal | undefined) => {
    if (refusal !== undefined) observe({ kind: 'refused', refusal });
  };
  io.engine.on('connection_error', (error: EngineError) => refused(wrongHandshake(error, settings.transports)));
  // A namespace of its own for each name would have to be asked for so; none is ever made.
  io.of((name, _, next) => {
    refused(wrongNamespace(name, paths));
    next(null, false);
  });
  io.engine.on('connection', (connection: Transported) => {
    const { origin } = connection.request.headers;
    observe({ kind: 'opened', connection, origin, at: realClock.now() });
    connection.prependOnceListener('data', (data) => {
      if (typeof data === 'string' && CONNECT_ELSEWHERE.test(data)) observe({ kind: 'settled', connection });
    });
    connection.once('close', (reason) => {
      observe({ kind: 'gone', connection, ...(reason !== GONE && { refusal: endedEarly(reason) }) });
    });
  });
}
