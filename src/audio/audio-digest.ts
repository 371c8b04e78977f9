/** What tells audio apart when the audio itself is not kept: its size, and the lower half of its XXH64. */

import type { AudioDigest } from '../core/vocabulary.js';
import { decodedLength, isBase64, PIECE_BYTES } from './base64.js';
import { xxh64 } from './xxh64.js';

/** What was learnt of audio by reading it. */
export interface AudioReading {
  /** Absent where nobody wants it: it takes as long as reading does. */
  readonly digest?: AudioDigest;
}

/** Undefined for what is no standard base64 with padding. */
export type ReadAudio = (base64: string) => AudioReading | undefined;

/** Of audio as it arrives: checked and digested in one pass, for it is large. */
export const readWithDigest: ReadAudio = (base64) => {
  xxh64.begin();
  return isBase64(base64, xxh64) ? { digest: { bytes: decodedLength(base64), hash: xxh64.end() } } : undefined;
};

/** Of any other. */
export function audioDigest(bytes: Uint8Array): AudioDigest {
  xxh64.begin();
  for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
    const piece = bytes.subarray(start, start + PIECE_BYTES);
    xxh64.room.set(piece);
    xxh64.add(piece.length);
  }
  return { bytes: bytes.length, hash: xxh64.end() };
}
