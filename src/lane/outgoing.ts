/**
 * Sends all messages of one moment in one write. Their texts are encoded by Socket.IO; audio that arrived as bytes is
 * copied in as bytes.
 */

import type { Socket } from 'socket.io';
import { type AudioText, textOf, withText } from '../audio/audio-text.js';
import { bufferPool } from './buffer-pool.js';
import { laneSettings } from './lane-settings.js';
import { Encoder, PacketType, Sender } from './packages.js';
import { LaneWebSocket } from './web-socket.js';

/** An event to send. */
interface Outgoing {
  readonly event: string;
  readonly payload: object;
}

/** The text of a frame, in pieces. */
type Pieces = readonly (string | Buffer)[];

/** The packet type of engine.io for a message. */
const MESSAGE = '4';
const PLACEHOLDER = 'placeholder';
const [BEFORE_AUDIO, AFTER_AUDIO] = ['"data_base64":"', '"'];
const FRAME = { readOnly: true, mask: false, rsv1: false, opcode: 1, fin: true };
/** The longest header of a frame without a mask, bytes (RFC 6455, section 5.2). */
const LONGEST_HEADER = 10;

const encoder = new Encoder();

/** Sends the events, if the connection allows it. Returns whether they were sent. */
export function sendInOneWrite({ conn }: Socket, events: readonly Outgoing[]): boolean {
  if (conn.readyState !== 'open' || conn.upgrading || !takesFrames(conn.transport)) return false;
  const texts = events.map(encode);
  if (!texts.every((text) => text !== undefined)) return false;
  const whole = join(texts);
  const options = { wsPreEncodedFrame: [whole], compress: false };
  Reflect.apply(conn.write, conn, ['', options, () => bufferPool.give(whole)]);
  return true;
}

/** The bytes that a packet of `sendInOneWrite` adds to what is not sent yet; 0 for others. */
export function frameBytes({ options }: { readonly options?: object }): number {
  const frames: unknown = options === undefined ? undefined : Reflect.get(options, 'wsPreEncodedFrame');
  return Array.isArray(frames) ? frames.reduce((bytes, { length }) => bytes + length, 0) : 0;
}

/**
 * The answer is out, and neither a function of the caller's nor a rule's fault may use the audio again: its buffer goes
 * back to the pool, unless its text was made.
 */
export function giveBack(audio: object): void {
  const bytes = textOf(audio)?.release();
  if (bytes !== undefined) bufferPool.give(bytes);
}

/** Over WebSocket, without compression, while the connection is open. */
function takesFrames(transport: object): boolean {
  const socket: unknown = Reflect.get(transport, 'socket');
  const isCompressed = Boolean(Reflect.get(transport, 'perMessageDeflate'));
  return socket instanceof LaneWebSocket && socket.readyState === LaneWebSocket.OPEN && !isCompressed;
}

/** Undefined if it does not fit into one text frame. */
function encode({ event, payload }: Outgoing): Pieces | undefined {
  const audio = audioIn(payload);
  const data = [event, audio === undefined ? payload : withPlaceholder(payload)];
  const packets = encoder.encode({ type: PacketType.EVENT, nsp: '/', data });
  const [text] = packets;
  if (packets.length !== 1 || typeof text !== 'string') return undefined;
  return audio === undefined ? [MESSAGE + text] : split(MESSAGE + text, audio);
}

/**
 * The audio stands for the placeholder. Undefined if another field has the same name and value. No string has them inside,
 * because JSON escapes its quotes.
 */
function split(text: string, { bytes }: AudioText): Pieces | undefined {
  const [head, tail, ...others] = text.split(BEFORE_AUDIO + PLACEHOLDER + AFTER_AUDIO);
  if (head === undefined || tail === undefined || others.length > 0) return undefined;
  return [head + BEFORE_AUDIO, bytes, AFTER_AUDIO + tail];
}

/** One buffer with a frame for each text. */
function join(texts: readonly Pieces[]): Buffer {
  const sizes = texts.map((pieces) => pieces.reduce((bytes, piece) => bytes + Buffer.byteLength(piece), 0));
  const whole = bufferOf(sizes.reduce((bytes, size) => bytes + size + LONGEST_HEADER, 0));
  let end = 0;
  for (const [index, pieces] of texts.entries()) {
    const size = sizes[index] ?? 0;
    // The header depends on the size of the body alone.
    const [header] = Sender.frame(whole.subarray(0, size), FRAME);
    end += header.copy(whole, end);
    for (const piece of pieces) end += typeof piece === 'string' ? whole.write(piece, end) : piece.copy(whole, end);
  }
  return whole.subarray(0, end);
}

function bufferOf(bytes: number): Buffer {
  return bytes < laneSettings.smallestBytes ? Buffer.allocUnsafe(bytes) : bufferPool.take(bytes);
}

function audioIn(payload: object): AudioText | undefined {
  return 'dubbed_audio' in payload ? textOf(payload.dubbed_audio) : undefined;
}

function withPlaceholder(payload: object): object {
  if (!('dubbed_audio' in payload) || !(payload.dubbed_audio instanceof Object)) return payload;
  return { ...payload, dubbed_audio: withText(payload.dubbed_audio, PLACEHOLDER) };
}
