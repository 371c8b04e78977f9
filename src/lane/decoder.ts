/**
 * The decoder of Socket.IO packets (its option `parser`). Of a large fragment it leaves the audio as bytes; everything
 * else goes through the decoder of Socket.IO itself.
 */

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

/** Its own type does not say that others than the package may emit. */
interface Emitter {
  emit(event: 'decoded', packet: Packet): unknown;
}

export class LaneDecoder extends Decoder {
  /** Decodes a packet, or a part of it: text, a text frame as bytes, or an attachment. */
  override add(data: string | Buffer): void {
    if (typeof data === 'string' || !isTextFrame(data)) {
      super.add(data);
      return;
    }
    // Without the packet type of engine.io.
    const text = data.subarray(1);
    const fragment = this.#isMidPacket ? undefined : decodeFragment(text);
    if (fragment === undefined) {
      super.add(text.toString());
      return;
    }
    take(data);
    (this as Emitter).emit('decoded', fragment);
  }

  /** Whether attachments are missing. Then a text is an error. Socket.IO has no public property for it. */
  get #isMidPacket(): boolean {
    return Boolean(Reflect.get(this, 'reconstructor'));
  }
}

/**
 * Decodes the text with a placeholder where the audio seems to be. If `data_base64` of the fragment is the placeholder,
 * whichever is put in, then what stood there is its text. Nothing else has to be known of the text.
 */
function decodeFragment(text: Buffer): Packet | undefined {
  const start = text.indexOf(BEFORE_AUDIO) + BEFORE_AUDIO.length;
  const end = text.indexOf(QUOTE, start);
  if (start < BEFORE_AUDIO.length || end === -1) return undefined;
  const [head, tail] = [text.toString('utf8', 0, start), text.toString('utf8', end)];
  let packet: Packet | undefined;
  for (const placeholder of PLACEHOLDERS) {
    packet = decode(head + placeholder + tail);
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

/** As Socket.IO decodes. Undefined if it is not a whole packet: a text may be one only without a placeholder. */
function decode(text: string): Packet | undefined {
  let packet: Packet | undefined;
  const decoder = new Decoder();
  decoder.on('decoded', (decoded: Packet) => {
    packet = decoded;
  });
  try {
    decoder.add(text);
  } catch {
    return undefined;
  }
  return packet;
}

/** Where the audio of a `fragment:data` is. */
function slotOf(packet: Packet | undefined): Slot | undefined {
  if (packet?.nsp !== '/' || !Array.isArray(packet.data) || packet.data[0] !== 'fragment:data') return undefined;
  const payload: unknown = packet.data[1];
  if (typeof payload !== 'object' || payload === null || !('audio' in payload)) return undefined;
  const { audio } = payload;
  return typeof audio === 'object' && audio !== null && 'data_base64' in audio ? audio : undefined;
}
