/** Which control clients are let in: those of this machine, of the same version, with the token, and no web page. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'socket.io';
import type { EchoStsErrorCode } from '../checks/errors.js';
import { show } from '../core/show.js';
import { isLocalName, isLoopback, isSame } from '../server/local-only.js';
import { CONTROL_VERSION } from './messages.js';

/** What a control client says of itself, as far as it does. */
export interface Credentials {
  readonly version?: unknown;
  readonly token?: string;
  /** A name that it has given itself, the same after a lost connection. */
  readonly client?: string;
  /** Whether it was connected before, and has objects here. */
  readonly isBack: boolean;
}

/** A refusal as the client gets it. */
export interface Refusal extends Error {
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

/** Undefined for who may come in. A client that is back has to be known. */
export function whyRefused(socket: Socket, token: string | undefined, isKnown: boolean): Refusal | undefined {
  const { address, headers } = socket.handshake;
  const visitor = { ...credentialsOf(socket), address, headers, expected: token, isKnown };
  const bar = BARS.find(({ stops }) => stops(visitor));
  return bar && refusal(bar.message(visitor), bar.code);
}

interface Visitor extends Credentials {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  /** The token that is asked for. */
  readonly expected: string | undefined;
  readonly isKnown: boolean;
}

interface Bar {
  readonly stops: (visitor: Visitor) => boolean;
  readonly message: (visitor: Visitor) => string;
  readonly code?: EchoStsErrorCode;
}

/** In this order: who is elsewhere learns nothing about versions and tokens. */
const BARS: readonly Bar[] = [
  {
    stops: ({ address }) => !isLoopback(address),
    message: ({ address }) =>
      `Control is for this machine alone, and ${address} is another; run the client where the fixture is.`,
  },
  {
    stops: ({ headers }) => headers.origin !== undefined || !isLocalName(headers.host),
    message: () => 'A web page may not control the fixture; connect from a process, to 127.0.0.1, without an `Origin`.',
  },
  {
    stops: ({ version }) => version !== CONTROL_VERSION,
    message: ({ version }) =>
      `The fixture speaks version ${CONTROL_VERSION} of the control protocol, the client ${show(version)}; ` +
      'install the same echo-sts on both sides.',
  },
  {
    stops: ({ expected, token = '' }) => expected !== undefined && !isSame(expected, token),
    message: () => 'The token is wrong or missing; pass the `controlUrl` of the fixture, or the option `token`.',
  },
  {
    stops: ({ client }) => client === undefined,
    message: () =>
      'The `client` is expected to be a text that no other client uses, such as a UUID; send one in `auth`.',
  },
  {
    stops: ({ isKnown }) => !isKnown,
    message: () => 'This client has been gone for too long, or was never here; connect anew.',
    code: 'DISCONNECTED',
  },
];

function refusal(message: string, code: EchoStsErrorCode = 'CONTROL_REFUSED'): Refusal {
  return Object.assign(new Error(message), { data: { code, message } });
}
