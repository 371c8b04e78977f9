/** Who may connect: by token, by the test's own judgement, and by number. Refusals are error payloads (PROTOCOL §5). */

import { randomUUID } from 'node:crypto';
import type { Socket } from 'socket.io';
import { ERROR_CODES, type ErrorCode } from '../core/error-codes.js';
import type { AuthOption } from '../options/options.js';
import { encode } from '../wire/outbound.js';

/** Why a socket may not connect. */
export interface Refused extends Error {
  /** The payload of an `error`, as the client gets it. */
  readonly data: object;
  readonly code: ErrorCode;
}

/** Answers why a socket may not connect; undefined when it may. */
export type Guard = (socket: Socket) => Promise<Refused | undefined>;

/** Lets those in that have the token, or that the function says yes to. */
export function authGuard(auth: AuthOption): Guard {
  return async ({ handshake }) => {
    try {
      const isWelcome =
        typeof auth === 'function'
          ? await auth(handshake.auth, handshake.headers)
          : handshake.auth['token'] === auth.token;
      if (isWelcome === true) return undefined;
    } catch (error) {
      return refusal(
        'AUTH_FAILED',
        `The \`auth\` function threw: ${error instanceof Error ? error.message : 'no error'}.`,
      );
    }
    const expected = typeof auth === 'function' ? 'what the `auth` function accepts' : 'the right `token`';
    return refusal('AUTH_FAILED', `The credentials are wrong: expected ${expected}; connect with other \`auth\` data.`);
  };
}

/** Lets no more than so many be connected at the same time. */
export function countGuard(maxConnections: number): Guard {
  const admitted = new Set<Socket>();
  return async (socket) => {
    // It may have left while its credentials were looked at, and would never free its place.
    if (socket.conn.readyState === 'closed') return undefined;
    if (admitted.size >= maxConnections) {
      const message = `${maxConnections} connections are open and no more are accepted; connect again when one has gone.`;
      return refusal('RATE_LIMIT', message);
    }
    admitted.add(socket);
    socket.conn.once('close', () => admitted.delete(socket));
    return undefined;
  };
}

function refusal(code: ErrorCode, message: string): Refused {
  const { severity, retryable } = ERROR_CODES[code];
  const data = encode({ kind: 'error', errorId: randomUUID(), code, message, severity, retryable });
  return Object.assign(new Error(message), { data, code });
}
