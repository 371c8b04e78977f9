/**
 * Which control clients are admitted: those of the same version, with the token. That they are local is checked before.
 */

import type { Socket } from 'socket.io';
import type { EchoStsErrorCode } from '../checks/errors.js';
import { show } from '../core/show.js';
import { isSame } from '../server/local-only.js';
import { CONTROL_VERSION } from './messages.js';

/** What a control client sends about itself; any of it may be missing. */
export interface Credentials {
  readonly version?: unknown;
  readonly token?: string;
  /** The id that it has chosen; it keeps it after a lost connection. */
  readonly client?: string;
  /** Whether it was connected before and has objects here. */
  readonly isBack: boolean;
}

/** The error as the client gets it. */
export interface AdmissionError extends Error {
  readonly data: { readonly code: EchoStsErrorCode; readonly message: string };
}

/** The token may also be in the query, as in `controlUrl`. */
export function credentialsOf({ handshake }: Socket): Credentials {
  const { version, token = handshake.query['token'], client, isBack } = handshake.auth;
  return {
    version,
    isBack: isBack === true,
    ...(typeof token === 'string' && { token }),
    ...(typeof client === 'string' && client !== '' && { client }),
  };
}

/** Returns undefined for a client that may connect. `isKnown` is false if it reconnects and its session is gone. */
export function checkAdmission(
  socket: Socket,
  token: string | undefined,
  isKnown: boolean,
): AdmissionError | undefined {
  const attempt = { ...credentialsOf(socket), expectedToken: token, isKnown };
  const failed = CHECKS.find(({ fails }) => fails(attempt));
  return failed && toError(failed.message(attempt), failed.code);
}

interface Attempt extends Credentials {
  /** Undefined if no token is required. */
  readonly expectedToken: string | undefined;
  readonly isKnown: boolean;
}

interface AdmissionCheck {
  readonly fails: (attempt: Attempt) => boolean;
  readonly message: (attempt: Attempt) => string;
  readonly code?: EchoStsErrorCode;
}

/** The checks, in order. */
const CHECKS: readonly AdmissionCheck[] = [
  {
    fails: ({ version }) => version !== CONTROL_VERSION,
    message: ({ version }) =>
      `The fixture uses version ${CONTROL_VERSION} of the control protocol, and the client uses ${show(version)}; ` +
      'install the same version of echo-sts on both sides.',
  },
  {
    fails: ({ expectedToken, token = '' }) => expectedToken !== undefined && !isSame(expectedToken, token),
    message: () => 'The token is wrong or missing; pass the `controlUrl` of the fixture, or the option `token`.',
  },
  {
    fails: ({ client }) => client === undefined,
    message: () => '`client` must be a text that no other client uses, such as a UUID; send one in `auth`.',
  },
  {
    fails: ({ isKnown }) => !isKnown,
    message: () => 'This client was disconnected for too long, or is unknown; connect again.',
    code: 'DISCONNECTED',
  },
];

function toError(message: string, code: EchoStsErrorCode = 'CONTROL_REFUSED'): AdmissionError {
  return Object.assign(new Error(message), { data: { code, message } });
}
