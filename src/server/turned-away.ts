/** Why a connection is turned away before it has a session: what was requested, and how to fix it. Pure. */

import type { IncomingMessage } from 'node:http';
import { show } from '../core/show.js';
import { CONTROL_NAMESPACE, CONTROL_PATH, withSlash } from '../options/paths.js';
import type { ConnectionRefusal } from '../record/observer.js';
import { parametersOf } from './route.js';
import { isWebSocket } from './upgrade.js';

/** engine.io's error for a refused request. */
export interface EngineError {
  readonly code: number;
  readonly req: IncomingMessage;
  readonly context: { readonly transport?: unknown; readonly method?: unknown; readonly name?: unknown };
}

/**
 * Whether a worker may start like this: a Socket.IO client, or a request for a WebSocket, unlike a browser or a probe.
 */
export function isHandshake({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  const parameters = parametersOf(url);
  if (parameters.has('sid')) return false;
  return parameters.has('EIO') || parameters.has('transport') || isWebSocket({ headers });
}

/** Undefined if it was not a worker: control clients use a separate path. */
export function wrongPath(url: string, paths: readonly string[]): ConnectionRefusal | undefined {
  const [path = ''] = url.split('?');
  if (withSlash(path) === CONTROL_PATH) return undefined;
  const cure = `set the client's \`path\` to ${show(paths[0])}, or add its path to the option \`paths\``;
  const message = `the path ${show(path)} was requested, and Socket.IO is at ${paths.join(' and ')}; ${cure}`;
  return { reason: 'path', message };
}

/** Undefined if it was not a worker. */
export function wrongNamespace(name: string, paths: readonly string[]): ConnectionRefusal | undefined {
  const [namespace = ''] = name.split('?');
  if (namespace === CONTROL_NAMESPACE) return undefined;
  const isPath = paths.includes(withSlash(namespace));
  const cure = isPath
    ? `pass a path in the options: \`io(sts.url, { path: ${show(namespace)} })\``
    : 'use `io(sts.url)`, with nothing after the port';
  const message = `the namespace ${show(namespace)} was requested, and only \`/\` exists; ${cure}`;
  return { reason: 'namespace', message };
}

/** Undefined if it was not a worker that wants a session. One that has had a session connects again. */
export function wrongHandshake({ code, req, context }: EngineError, transports: readonly string[]) {
  return isHandshake(req) ? ENGINE_ERRORS[code]?.(req, context, transports) : undefined;
}

type Describe = (
  request: IncomingMessage,
  context: EngineError['context'],
  transports: readonly string[],
) => ConnectionRefusal;

/** By engine.io's codes. */
const ENGINE_ERRORS: Readonly<Record<number, Describe>> = {
  0: (_, { transport }, transports) => {
    const list = `[${transports.map((each) => `'${each}'`).join(', ')}]`;
    const message = `the transport ${show(transport)} was requested, and the fixture serves ${transports.join(' and ')}; connect with \`transports: ${list}\`, or set the option of that name`;
    return { reason: 'transport', message };
  },
  2: (_, { method }) =>
    method === 'OPTIONS'
      ? { reason: 'cors', message: 'a web page asked whether it may connect; set the option `cors`' }
      : { reason: 'handshake', message: `the handshake used ${show(method)}; it must use GET` },
  3: (_, { name }) => ({
    reason: 'handshake',
    message:
      name === 'TRANSPORT_HANDSHAKE_ERROR'
        ? 'a websocket was requested without `Upgrade: websocket`; use a WebSocket client, and check that no proxy removes the header'
        : `the handshake is wrong (${show(name)}); use a Socket.IO 4 client`,
  }),
  5: ({ url = '' }) => {
    const version = parametersOf(url).get('EIO');
    const asked =
      version === null ? 'no protocol version was sent' : `the protocol version EIO=${show(version)} was requested`;
    return { reason: 'protocol', message: `${asked}; use a Socket.IO 4 client (\`EIO=4\`)` };
  },
};

/** Explains Node's error before the first request; undefined unless the scheme is wrong or TLS failed. */
export function wrongScheme(error: NodeJS.ErrnoException): ConnectionRefusal | undefined {
  const bytes: unknown = Reflect.get(error, 'rawPacket');
  const message = isTls(bytes) ? PLAIN : TLS_ERRORS.find(([code]) => code.test(error.code ?? ''))?.[1];
  return message === undefined ? undefined : { reason: 'tls', message };
}

const PLAIN =
  'the client used TLS, and the fixture serves plain HTTP; use http:// instead of https:// (ws:// instead of wss://), or set the option `tls`';

/** By OpenSSL's codes. */
const TLS_ERRORS: readonly (readonly [code: RegExp, message: string])[] = [
  [
    /^ERR_SSL_HTTP_REQUEST$/,
    'the client used plain HTTP, and the fixture serves TLS; use https:// instead of http:// (wss:// instead of ws://), or omit the option `tls`',
  ],
  [
    /^ERR_SSL_\w*ALERT\w*(CA|CERTIFICATE\w*)$/,
    'the client does not trust the certificate of the fixture; pass the certificate as its `ca`',
  ],
  [/^ERR_SSL_/, 'the TLS handshake failed; use TLS 1.2 or newer, with ciphers that match the key of the option `tls`'],
];

/** Whether this is a record of a TLS handshake (RFC 8446, section 5.1). */
function isTls(bytes: unknown): boolean {
  return ArrayBuffer.isView(bytes) && Buffer.isBuffer(bytes) && bytes[0] === 0x16;
}

/** The refusal of a connection that ended before a CONNECT. */
export function endedEarly(reason: string): ConnectionRefusal {
  const why = reason === 'forced close' ? 'something else arrived first, or nothing for 45 s' : reason;
  const cure = 'use a Socket.IO 4 client, which sends it first';
  return { reason: 'no-connect', message: `the connection ended before a CONNECT arrived (${why}); ${cure}` };
}
