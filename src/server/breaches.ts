/**
 * What a worker sends, or leaves unread, that ends its connection: by Node, `ws`, engine.io, Socket.IO or the server.
 * Each in words, for the timeline and as a violation.
 */

import type { Socket } from 'socket.io';
import type { Offence } from '../core/protocol.js';
import type { Loss } from './peer.js';
import { PATIENCE_MS } from './unread.js';

/**
 * Codes of `ws` for a message that is too large. Its other codes with this prefix are for frames that violate RFC 6455.
 */
const TOO_LARGE = /^WS_ERR_UNSUPPORTED_(MESSAGE|DATA_PAYLOAD)_LENGTH$/;
const FRAME_ERROR = /^WS_ERR_/;

const UNKNOWN_PACKET = 'a packet that is unknown to Socket.IO';
/** Socket.IO ends such a connection at once. It is not a violation, because the worker may just have left too early. */
const UNJOINED = 'received a packet for a namespace that the connection has not joined, or a second one to join it';
/** Socket.IO's reasons for that. If the server closes a connection, that is known before. */
const CLOSED_BY_SOCKET_IO: readonly string[] = ['forced close', 'forced server close'];

/** What was received, by the reason of engine.io or Socket.IO, or by engine.io's error of a transport. */
const UNREADABLE: Readonly<Record<string, string>> = {
  'parse error': 'a packet that is unknown to engine.io',
  'invalid content': 'binary data in a request where engine.io expects text',
  'overlap from client': 'a poll before the last one was answered',
  'data request overlap from client': 'a request with packets before the last one was answered',
};

export function oversizedMessage(limit: number, bytes: number | undefined): Loss {
  const size = bytes === undefined ? `more than ${limit} bytes` : `${bytes} bytes`;
  const cure = 'send shorter fragments, or give `maxMessageBytes` a larger value';
  return {
    reason: `a message of ${size} arrived, and \`maxMessageBytes\` is ${limit}`,
    offence: {
      violation: 'oversized-message',
      message: `A message of ${size} arrived, and \`maxMessageBytes\` is ${limit}, so the connection was closed; ${cure}.`,
    },
  };
}

export function unreadBacklog(bytes: number): Loss {
  const reason = `${bytes} bytes waited unread, more than \`maxUnreadBytes\`, and nothing was read for ${PATIENCE_MS} ms`;
  return { reason, offence: ended('unread-backlog', reason, 'read each message as it arrives') };
}

/** Returns why a connection was lost, by its reason, if because of what the worker sent; otherwise undefined. */
export function breachOf(reason: string, description: unknown): Loss | undefined {
  if (CLOSED_BY_SOCKET_IO.includes(reason)) return { reason: UNJOINED };
  const said = description instanceof Error ? description.message : '';
  const what = UNREADABLE[reason === 'transport error' ? said : reason];
  return what === undefined ? undefined : unreadablePacket(what);
}

/** What a worker sent that could not be read. */
interface Failure {
  readonly error: NodeJS.ErrnoException;
  /** The size of the message, if it is known. */
  readonly bytes: number | undefined;
}

/** By the socket, of Socket.IO or of `ws`, that could not read it. */
const failures = new WeakMap<object, Failure>();

/** From now on `failureOf` returns what of this connection could not be read. */
export function watchFailures(socket: Socket): void {
  const { conn } = socket;
  socket.on('error', packetFailed);
  watchFrames(conn.transport);
  // A worker may leave, and join again on the same connection.
  if (!conn.listeners('upgrade').includes(watchFrames)) conn.on('upgrade', watchFrames);
}

/** Why a connection ends, before it ends; undefined while everything could be read. */
export function failureOf(socket: Socket, limit: number): Loss | undefined {
  const packet = failures.get(socket);
  if (packet !== undefined) return unreadablePacket(`${UNKNOWN_PACKET} (${packet.error.message})`);
  const webSocket: unknown = Reflect.get(socket.conn.transport, 'socket');
  const frame = hasListeners(webSocket) ? failures.get(webSocket) : undefined;
  if (frame === undefined) return undefined;
  const { error, bytes } = frame;
  if (TOO_LARGE.test(error.code ?? '')) return oversizedMessage(limit, bytes);
  return unreadablePacket(`a WebSocket frame that violates RFC 6455 (${error.message})`);
}

/** Listeners get their socket as `this`: so one function serves thousands of connections. */
function packetFailed(this: Socket, error: unknown): void {
  // A worker may send an event of this name, but not an Error.
  if (error instanceof Error) failures.set(this, { error, bytes: undefined });
}

/** engine.io passes on the message of `ws`, but not its code. It gets the error after us, and ends the connection. */
function watchFrames(transport: object): void {
  const socket: unknown = Reflect.get(transport, 'socket');
  if (hasListeners(socket) && !socket.listeners('error').includes(frameFailed)) {
    socket.prependListener('error', frameFailed);
  }
}

function frameFailed(this: object, error: NodeJS.ErrnoException): void {
  if (FRAME_ERROR.test(error.code ?? '')) failures.set(this, { error, bytes: sizeAnnounced(this) });
}

interface WebSocketErrors {
  prependListener(event: 'error', listener: typeof frameFailed): unknown;
  listeners(event: 'error'): readonly unknown[];
}

function hasListeners(socket: unknown): socket is WebSocketErrors {
  return typeof socket === 'object' && socket !== null && 'prependListener' in socket;
}

/** The size of a message in one frame, or of all its frames so far. `ws` has no public property for it. */
function sizeAnnounced(socket: object): number | undefined {
  const receiver: unknown = Reflect.get(socket, '_receiver');
  const bytes: unknown =
    typeof receiver === 'object' && receiver !== null ? Reflect.get(receiver, '_totalPayloadLength') : 0;
  return typeof bytes === 'number' && bytes > 0 ? bytes : undefined;
}

function unreadablePacket(what: string): Loss {
  const reason = `received ${what}`;
  return { reason, offence: ended('unreadable-packet', reason, 'connect with a client of Socket.IO 4') };
}

function ended(violation: Offence['violation'], what: string, cure: string): Offence {
  const sentence = what.charAt(0).toUpperCase() + what.slice(1);
  return { violation, message: `${sentence}, so the connection was closed; ${cure}.` };
}
