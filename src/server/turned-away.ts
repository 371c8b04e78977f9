/** Why somebody is turned away before there is a session: what was asked for, and what helps. Pure. */

import type { IncomingMessage } from 'node:http';
import { show } from '../core/show.js';
import { CONTROL_NAMESPACE, CONTROL_PATH, withSlash } from '../options/paths.js';
import type { ConnectionRefusal } from '../record/observer.js';
import { parametersOf } from './route.js';

/** What engine.io tells of a request that it does not take; of what is none of these it has had a session. */
export interface EngineError {
  readonly code: number;
  readonly req: IncomingMessage;
  readonly context: { readonly transport?: unknown; readonly method?: unknown; readonly name?: unknown };
}

/** Whether a worker begins so: a client of Socket.IO, or what asks for a WebSocket. A browser or a probe does not. */
export function isHandshake({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  const parameters = parametersOf(url);
  if (parameters.has('sid')) return false;
  return parameters.has('EIO') || parameters.has('transport') || isWebSocket({ headers });
}

/** Other upgrades may be left alone: HTTP/2 over plain text, which Java's client offers with each first request. */
export function isWebSocket({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Undefined where it was no worker: control clients ask for a path of their own. */
export function wrongPath(url: string, paths: readonly string[]): ConnectionRefusal | undefined {
  const [path = ''] = url.split('?');
  if (withSlash(path) === CONTROL_PATH) return undefined;
  const cure = `give the client the \`path\` ${show(paths[0])}, or name its own in the option \`paths\``;
  const message = `the path ${show(path)} was asked for, and Socket.IO is at ${paths.join(' and ')}; ${cure}`;
  return { reason: 'path', message };
}

/** Undefined where it was no worker. */
export function wrongNamespace(name: string, paths: readonly string[]): ConnectionRefusal | undefined {
  const [namespace = ''] = name.split('?');
  if (namespace === CONTROL_NAMESPACE) return undefined;
  const isPath = paths.includes(withSlash(namespace));
  const cure = isPath
    ? `a path goes into the options: \`io(sts.url, { path: ${show(namespace)} })\``
    : 'use `io(sts.url)`, with nothing behind the port';
  const message = `the namespace ${show(namespace)} was asked for, and there is \`/\` alone; ${cure}`;
  return { reason: 'namespace', message };
}

/** Undefined where it was no worker that wants a session, or has had one: such a one connects anew. */
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
    const message = `the transport ${show(transport)} was asked for, and there is ${transports.join(' and ')}; connect with \`transports: ${list}\`, or set the option of that name`;
    return { reason: 'transport', message };
  },
  2: (_, { method }) =>
    method === 'OPTIONS'
      ? { reason: 'cors', message: 'a web page asked whether it may connect; set the option `cors`' }
      : { reason: 'handshake', message: `the handshake came as ${show(method)}; it has to be GET` },
  3: (_, { name }) => ({
    reason: 'handshake',
    message:
      name === 'TRANSPORT_HANDSHAKE_ERROR'
        ? 'a websocket was asked for without `Upgrade: websocket`; a proxy may have taken that away, or no WebSocket client was used'
        : `the handshake is wrong (${show(name)}); use a Socket.IO 4 client`,
  }),
  5: ({ url = '' }) => {
    const version = parametersOf(url).get('EIO');
    const asked =
      version === null ? 'no protocol version was named' : `the protocol version EIO=${show(version)} was asked for`;
    return { reason: 'protocol', message: `${asked}; a Socket.IO 4 client (\`EIO=4\`) is needed` };
  },
};

/** An error of Node's before there is a request: undefined where nobody has mistaken the scheme, or mistrusts the certificate. */
export function wrongScheme(error: NodeJS.ErrnoException): ConnectionRefusal | undefined {
  const bytes: unknown = Reflect.get(error, 'rawPacket');
  const message = isTls(bytes) ? PLAIN : TLS_ERRORS.find(([code]) => code.test(error.code ?? ''))?.[1];
  return message === undefined ? undefined : { reason: 'tls', message };
}

const PLAIN =
  'TLS was spoken, and the fixture serves plain HTTP; use http:// in place of https:// (ws:// of wss://), or set the option `tls`';

/** By OpenSSL's codes. */
const TLS_ERRORS: readonly (readonly [code: RegExp, message: string])[] = [
  [
    /^ERR_SSL_HTTP_REQUEST$/,
    'plain HTTP was spoken, and the fixture serves TLS; use https:// in place of http:// (wss:// of ws://), or leave out the option `tls`',
  ],
  [
    /^ERR_SSL_\w*ALERT\w*(CA|CERTIFICATE\w*)$/,
    'the client does not trust the certificate of the fixture; give it that as its `ca`',
  ],
  [
    /^ERR_SSL_/,
    'the TLS handshake failed; TLS 1.2 or newer is needed, with ciphers that fit the key of the option `tls`',
  ],
];

/** A record of a TLS handshake begins so (RFC 8446, section 5.1). */
function isTls(bytes: unknown): boolean {
  return ArrayBuffer.isView(bytes) && Buffer.isBuffer(bytes) && bytes[0] === 0x16;
}

/** The connection was ended before a CONNECT came. */
export function endedEarly(reason: string): ConnectionRefusal {
  const why = reason === 'forced close' ? 'something else came first, or nothing for 45 s' : reason;
  const cure = 'use a Socket.IO 4 client, which sends it first';
  return { reason: 'no-connect', message: `no CONNECT had come when the connection was ended (${why}); ${cure}` };
}
