/** Which control clients are let in: those of this machine, of the same version, with the token, and no web page. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'socket.io';
import { show } from '../core/show.js';
import type { EchoStsErrorCode } from '../errors.js';
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
  const credentials = credentialsOf(socket);
  const { address, headers } = socket.handshake;
  if (!isLoopback(address)) {
    return refusal(
      `Control is for this machine alone, and ${address} is another; run the client where the fixture is.`,
    );
  }
  if (headers.origin !== undefined || !isLocalName(headers.host)) {
    return refusal(
      'A web page may not control the fixture; connect from a process, to 127.0.0.1, without an `Origin`.',
    );
  }
  if (credentials.version !== CONTROL_VERSION) {
    const { version } = credentials;
    return refusal(
      `The fixture speaks version ${CONTROL_VERSION} of the control protocol, the client ${show(version)}; install the same echo-sts on both sides.`,
    );
  }
  if (token !== undefined && !isSame(token, credentials.token ?? '')) {
    return refusal('The token is wrong or missing; pass the `controlUrl` of the fixture, or the option `token`.');
  }
  if (credentials.client === undefined) {
    return refusal(
      'The `client` is expected to be a text that no other client uses, such as a UUID; send one in `auth`.',
    );
  }
  return isKnown
    ? undefined
    : refusal('This client has been gone for too long, or was never here; connect anew.', 'DISCONNECTED');
}

function refusal(message: string, code: EchoStsErrorCode = 'CONTROL_REFUSED'): Refusal {
  return Object.assign(new Error(message), { data: { code, message } });
}

export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}

/** A page whose name leads here by a trick of its name server sends no `Origin` with its first request. */
export function isLocalName(host = ''): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}

/** In a time that says nothing about how much of it is right. */
export function isSame(expected: string, actual: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(actual));
}
