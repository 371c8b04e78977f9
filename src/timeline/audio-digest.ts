/** What tells audio apart when the audio itself is not kept. */

import { crc32 } from 'node:zlib';
import type { AudioDigest } from '../core/vocabulary.js';
import { decodedLength, decodeInPieces, isBase64 } from '../wire/base64.js';
import type { ReadAudio } from '../wire/fragment-data.js';

/** Of audio as it arrives: checked and digested in one pass, for it is large. */
export const readWithDigest: ReadAudio = (base64) => {
  const sum = new Sum();
  return isBase64(base64, sum.add) ? { digest: { bytes: decodedLength(base64), crc32: sum.value } } : undefined;
};

/** Of any other, also of what is no base64: of as much of it as can be decoded. */
export function audioDigest(base64: string): AudioDigest {
  const sum = new Sum();
  decodeInPieces(base64, sum.add);
  return { bytes: decodedLength(base64), crc32: sum.value };
}

/** As it is shown: eight hexadecimal digits. */
export function hashOf({ crc32 }: Pick<AudioDigest, 'crc32'>): string {
  return crc32.toString(16).padStart(8, '0');
}

class Sum {
  value = 0;
  readonly add = (piece: Buffer) => {
    this.value = crc32(piece, this.value);
  };
}
