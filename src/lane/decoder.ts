/**
 * The decoder of Socket.IO packets (its option `parser`). Of a large fragment it leaves the audio as bytes; everything
 * else goes through the decoder of Socket.IO itself.
 */

import { EventEmitter } from 'node:events';
import type { Packet } from 'socket.io-parser';
import { readAudio } from '../audio/audio-digest.js';
import { AudioText } from '../audio/audio-text.js';
import { Decoder } from './packages.js';
import { isTextFrame, take } from './text-frames.js';

/** What stands before the audio, as encoders without white space write it. */
const BEFORE_AUDIO = Buffer.from('"data_base64":"');
const QUOTE = 0x22;
/** Any two different texts. */
const PLACEHOLDERS = ['placeholder 1', 'placeholder 2'] as const;

/** A fragment with its audio, as far as the lane must know it. */
interface Slot {
  data_base64: unknown;
}

export class LaneDecoder extends EventEmitter {
  readonly #stock = new Decoder();
  #decoded: Packet | undefined;

  constructor() {
    super();
    this.#stock.on('decoded', (packet: Packet) => {
      this.#decoded = packet;
    });
  }

  /** Decodes a packet, or a part of it: text, a text frame as bytes, or an attachment. */
  add(data: string | Buffer): void {
    const packet = typeof data !== 'string' && isTextFrame(data) ? this.#decodeFrame(data) : this.#decode(data);
    if (packet !== undefined) this.emit('decoded', packet);
  }

  destroy(): void {
    this.#stock.destroy();
  }

  #decodeFrame(frame: Buffer): Packet | undefined {
    // Without the packet type of engine.io.
    const text = frame.subarray(1);
    const fragment = this.#decodeFragment(text);
    if (fragment === undefined) return this.#decode(text.toString());
    take(frame);
    return fragment;
  }

  /**
   * Decodes the text with a placeholder where the audio seems to be. If `data_base64` of the fragment is the
   * placeholder, whichever is put in, then what stood there is its text. Nothing else has to be known of the text.
   */
  #decodeFragment(text: Buffer): Packet | undefined {
    const start = text.indexOf(BEFORE_AUDIO) + BEFORE_AUDIO.length;
    const end = text.indexOf(QUOTE, start);
    if (start < BEFORE_AUDIO.length || end === -1) return undefined;
    const [head, tail] = [text.toString('utf8', 0, start), text.toString('utf8', end)];
    let packet: Packet | undefined;
    for (const placeholder of PLACEHOLDERS) {
      packet = this.#tryToDecode(head + placeholder + tail);
      if (slotOf(packet)?.data_base64 !== placeholder) return undefined;
    }
    const slot = slotOf(packet);
    const base64 = text.subarray(start, end);
    // Base64 has no escapes, so it stands for itself.
    const digest = readAudio(base64);
    if (slot === undefined || digest === undefined) return undefined;
    slot.data_base64 = new AudioText(base64, digest);
    return packet;
  }

  /** A text that cannot be decoded with a placeholder may be valid without. */
  #tryToDecode(text: string): Packet | undefined {
    try {
      return this.#decode(text);
    } catch {
      return undefined;
    }
  }

  /** As Socket.IO decodes. Undefined if parts of the packet are missing. Throws if it is not a packet. */
  #decode(data: string | Buffer): Packet | undefined {
    this.#decoded = undefined;
    this.#stock.add(data);
    return this.#decoded;
  }
}

/** Where the audio of a `fragment:data` is. */
function slotOf(packet: Packet | undefined): Slot | undefined {
  if (packet?.nsp !== '/' || !Array.isArray(packet.data) || packet.data[0] !== 'fragment:data') return undefined;
  const payload: unknown = packet.data[1];
  if (typeof payload !== 'object' || payload === null || !('audio' in payload)) return undefined;
  const { audio } = payload;
  return typeof audio === 'object' && audio !== null && 'data_base64' in audio ? audio : undefined;
}
