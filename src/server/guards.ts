/**
 * Which sockets may connect: by token, by a function of the test, and by number. Refusals are error payloads (PROTOCOL
 * §5).
 */

import type { Socket } from 'socket.io';
import { TRUE_OR_FALSE, wrongAnswer } from '../core/callers-function.js';
import { ERROR_CODES, type ErrorCode } from '../core/error-codes.js';
import { wordsOf } from '../core/show.js';
import type { AuthOption } from '../options/options.js';
import { encode } from '../wire/outbound.js';
import { isSame } from './local-only.js';

/** Why a socket may not connect. */
export interface Refused extends Error {
  /** The payload of the `error` that the client gets. */
  readonly data: object;
  readonly code: ErrorCode;
}

/** Resolves with why a socket may not connect; undefined if it may. */
export type Guard = (socket: Socket) => Promise<Refused | undefined>;

/** Admits sockets that have the token, or for which the function returns true. */
export function authGuard(auth: AuthOption): Guard {
  return async ({ handshake }) => {
    try {
      const isWelcome: unknown =
        typeof auth === 'function'
          ? await auth(handshake.auth, handshake.headers)
          : isSame(auth.token, handshake.auth['token']);
      if (isWelcome === true) return undefined;
      if (!TRUE_OR_FALSE.is(isWelcome))
        return refusal('AUTH_FAILED', `${wrongAnswer('auth', isWelcome, TRUE_OR_FALSE)}.`);
    } catch (error) {
      return refusal('AUTH_FAILED', `The \`auth\` function threw: ${wordsOf(error)}.`);
    }
    const expected = typeof auth === 'function' ? 'credentials that the `auth` function accepts' : 'the right `token`';
    return refusal('AUTH_FAILED', `The credentials are wrong: expected ${expected}; connect with other \`auth\` data.`);
  };
}

/**
 * Limits the number of simultaneous connections, and each connection to one open session (PROTOCOL §1): a client may
 * leave and rejoin on the same connection, but not join twice.
 */
export function countGuard(maxConnections: number): Guard {
  /** The connections with a connected socket. */
  const admitted = new Set<Socket['conn']>();
  // Listeners get their emitter as `this`: so two functions serve thousands of connections.
  function left(this: Socket): void {
    admitted.delete(this.conn);
  }
  function closed(this: Socket['conn']): void {
    admitted.delete(this);
  }
  return async (socket) => {
    const { conn } = socket;
    // It may have left while its credentials were checked, and would never free its place.
    if (conn.readyState === 'closed') return undefined;
    if (admitted.has(conn)) return refusal('INVALID_CONFIG', JOINED_TWICE);
    if (admitted.size >= maxConnections) {
      const message = `${maxConnections} connections are open, which is the maximum; connect again when one has closed.`;
      return refusal('RATE_LIMIT', message);
    }
    admitted.add(conn);
    socket.on('disconnect', left);
    // It may close before it joins, and then never disconnects.
    if (!conn.listeners('close').includes(closed)) conn.on('close', closed);
    return undefined;
  };
}

const JOINED_TWICE =
  'This connection has already joined the namespace; leave it before you join it again, or open another connection.';

function refusal(code: ErrorCode, message: string): Refused {
  const { severity, retryable } = ERROR_CODES[code];
  const errorId = process.getBuiltinModule('node:crypto').randomUUID();
  const data = encode({ kind: 'error', errorId, code, message, severity, retryable });
  return Object.assign(new Error(message), { data, code });
}
