/**
 * A Socket.IO client over a bare WebSocket, as cheap as can be: socket.io-client costs more than the servers that are
 * measured, and a round trip would be mostly its own. It keeps audio as masked bytes, and makes no text of what comes back.
 */

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { Receiver } from 'ws';

/** A mask is required of clients (RFC 6455, section 5.3). With one for all frames, audio is masked once. */
const MASK = Buffer.from([0x5a, 0xc3, 0x96, 0x3c]);
/** First byte of a frame: a whole text message. */
const WHOLE_TEXT = 0x81;
const IS_MASKED = 0x80;
/** Says that the length follows in two or in eight bytes, and what the first is enough for. */
const [IN_TWO_BYTES, IN_EIGHT_BYTES, MOST_IN_TWO] = [126, 127, 0xffff];

/** The packets of engine.io and Socket.IO in use. */
const PACKET = { ping: '2', pong: '3', connect: '40', event: '42' } as const;
const AUDIO_FIELD = Buffer.from('"data_base64":"');
const QUOTE = 0x22;

/** Which `ws` exports, but does not declare. */
const FrameReader = Receiver as unknown as new (options: object) => Writable;

/** Audio as a client sends it again and again. */
export interface Audio {
  /** Base64, a multiple of four characters. */
  readonly base64: Buffer;
  readonly masked: Buffer;
}

/** A message of the server. `audio` is the base64 of its first `data_base64`, which is empty in `payload`. */
export interface Received {
  readonly event: string;
  readonly payload: unknown;
  readonly audio: Buffer | undefined;
}

export class SocketIoClient {
  readonly #socket: Socket;
  readonly #receiver = new FrameReader({ isServer: false, skipUTF8Validation: true });
  /** Called with each event. */
  onEvent: (received: Received) => void = () => {};
  /** Called when the connection has ended. */
  onLost: () => void = () => {};
  #onJoined: () => void = () => {};

  /** Resolves once the namespace is joined. */
  static async connect(url: string): Promise<SocketIoClient> {
    const upgrade = request(new URL('/socket.io/?EIO=4&transport=websocket', url), {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    });
    upgrade.end();
    const [, socket, head] = await once(upgrade, 'upgrade');
    const client = new SocketIoClient(socket);
    const joined = new Promise<void>((resolve, reject) => {
      client.#onJoined = resolve;
      client.onLost = () => reject(new Error('The connection was lost before the namespace was joined.'));
    });
    client.#receiver.write(head);
    client.#write(PACKET.connect);
    await joined;
    return client;
  }

  private constructor(socket: Socket) {
    this.#socket = socket.setNoDelay(true);
    this.#receiver.on('message', (message: Buffer) => this.#received(message));
    socket.on('data', (bytes) => this.#receiver.write(bytes));
    socket.on('error', () => {}).on('close', () => this.onLost());
  }

  emit(event: string, payload: object): void {
    this.#write(PACKET.event + JSON.stringify([event, payload]));
  }

  /** With the audio in place of the empty `data_base64` of the payload, of which there is one. */
  emitWithAudio(event: string, payload: object, { masked }: Audio): void {
    const text = PACKET.event + JSON.stringify([event, payload]);
    const at = text.indexOf('"data_base64":""') + AUDIO_FIELD.length;
    // White space, so that the mask begins anew with the audio.
    const head = text.slice(0, at).replace('[', `[${' '.repeat((4 - (at % 4)) % 4)}`);
    const tail = text.slice(at);
    this.#socket.cork();
    this.#socket.write(Buffer.concat([headerOf(head.length + masked.length + tail.length), maskedOf(head)]));
    this.#socket.write(masked);
    this.#socket.write(maskedOf(tail));
    this.#socket.uncork();
  }

  close(): void {
    this.onLost = () => {};
    this.#socket.destroy();
  }

  #write(text: string): void {
    this.#socket.write(Buffer.concat([headerOf(text.length), maskedOf(text)]));
  }

  #received(message: Buffer): void {
    const type = message.toString('latin1', 0, 2);
    if (type === PACKET.event) this.onEvent(eventIn(message));
    else if (type === PACKET.connect) this.#onJoined();
    else if (type === PACKET.ping) this.#write(PACKET.pong);
  }
}

export function audioOf(base64: string): Audio {
  return { base64: Buffer.from(base64, 'latin1'), masked: maskedOf(base64) };
}

function eventIn(message: Buffer): Received {
  const at = message.indexOf(AUDIO_FIELD);
  const from = at + AUDIO_FIELD.length;
  const to = message.indexOf(QUOTE, from);
  const audio = at === -1 ? undefined : message.subarray(from, to);
  const text =
    at === -1 ? message.toString('latin1', 2) : message.toString('latin1', 2, from) + message.toString('latin1', to);
  const [event, payload] = JSON.parse(text);
  return { event, payload, audio };
}

/** Of a frame with this many bytes of text, all of them ASCII. */
function headerOf(bytes: number): Buffer {
  const length = bytes < IN_TWO_BYTES ? bytes : bytes <= MOST_IN_TWO ? IN_TWO_BYTES : IN_EIGHT_BYTES;
  const header = Buffer.from([WHOLE_TEXT, IS_MASKED | length]);
  const more = Buffer.alloc(length < IN_TWO_BYTES ? 0 : length === IN_TWO_BYTES ? 2 : 8);
  if (more.length > 0) more.writeUIntBE(bytes, Math.max(0, more.length - 6), Math.min(more.length, 6));
  return Buffer.concat([header, more, MASK]);
}

function maskedOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = (bytes[index] ?? 0) ^ (MASK[index % 4] ?? 0);
  return bytes;
}
