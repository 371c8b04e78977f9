/** What tells audio apart when the audio itself is not kept. */

import { crc32 } from 'node:zlib';
import type { AudioDigest } from '../core/vocabulary.js';
import { decodedLength, decodeInPieces, isBase64 } from '../wire/base64.js';
import type { ReadAudio } from '../wire/fragment-data.js';

/** Of the pieces so far: one for all, for each piece of each fragment is added here. */
let sum = 0;
const add = (piece: Buffer) => {
  sum = crc32(piece, sum);
};

/** Of audio as it arrives: checked and digested in one pass, for it is large. */
export const readWithDigest: ReadAudio = (base64) => {
  sum = 0;
  return isBase64(base64, add) ? { digest: { bytes: decodedLength(base64), crc32: sum } } : undefined;
};

/** Of any other, also of what is no base64: of as much of it as can be decoded. */
export function audioDigest(base64: string): AudioDigest {
  sum = 0;
  decodeInPieces(base64, add);
  return { bytes: decodedLength(base64), crc32: sum };
}

/** As it is shown: eight hexadecimal digits. */
export function hashOf(crc32: number): string {
  return crc32.toString(16).padStart(8, '0');
}
