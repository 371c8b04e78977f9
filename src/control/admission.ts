/** Which control clients are let in: those of the same version, with the token. That they are local is seen to before. */

import type { Socket } from 'socket.io';
import type { EchoStsErrorCode } from '../checks/errors.js';
import { show } from '../core/show.js';
import { isSame } from '../server/local-only.js';
import { CONTROL_VERSION } from './messages.js';

/** What a control client sends about itself; any of it may be missing. */
export interface Credentials {
  readonly version?: unknown;
  readonly token?: string;
  /** The id that it has given itself, the same after a lost connection. */
  readonly client?: string;
  /** Whether it was connected before, and has objects here. */
  readonly isBack: boolean;
}

/** As the client gets it. */
export interface AdmissionError extends Error {
  readonly data: { readonly code: EchoStsErrorCode; readonly message: string };
}

/** The token may stand in the query as well, as it does in `controlUrl`. */
export function credentialsOf({ handshake }: Socket): Credentials {
  const { version, token = handshake.query['token'], client, isBack } = handshake.auth;
  return {
    version,
    isBack: isBack === true,
    ...(typeof token === 'string' && { token }),
    ...(typeof client === 'string' && client !== '' && { client }),
  };
}

/** Undefined for a client that may connect. `isKnown` is false for one that reconnects and whose session is gone. */
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
  /** Undefined when none is required. */
  readonly expectedToken: string | undefined;
  readonly isKnown: boolean;
}

interface AdmissionCheck {
  readonly fails: (attempt: Attempt) => boolean;
  readonly message: (attempt: Attempt) => string;
  readonly code?: EchoStsErrorCode;
}

/** In this order. */
const CHECKS: readonly AdmissionCheck[] = [
  {
    fails: ({ version }) => version !== CONTROL_VERSION,
    message: ({ version }) =>
      `The fixture speaks version ${CONTROL_VERSION} of the control protocol, the client ${show(version)}; ` +
      'install the same echo-sts on both sides.',
  },
  {
    fails: ({ expectedToken, token = '' }) => expectedToken !== undefined && !isSame(expectedToken, token),
    message: () => 'The token is wrong or missing; pass the `controlUrl` of the fixture, or the option `token`.',
  },
  {
    fails: ({ client }) => client === undefined,
    message: () =>
      'The `client` is expected to be a text that no other client uses, such as a UUID; send one in `auth`.',
  },
  {
    fails: ({ isKnown }) => !isKnown,
    message: () => 'This client has been gone for too long, or was never here; connect anew.',
    code: 'DISCONNECTED',
  },
];

function toError(message: string, code: EchoStsErrorCode = 'CONTROL_REFUSED'): AdmissionError {
  return Object.assign(new Error(message), { data: { code, message } });
}
