/** What tells audio apart when the audio itself is not kept. */

import { crc32 } from 'node:zlib';
import { decodedLength, decodeInPieces } from '../wire/base64.js';

export interface AudioDigest {
  /** Decoded. */
  readonly bytes: number;
  /** CRC-32 of the decoded bytes, eight hexadecimal digits. */
  readonly hash: string;
}

export function audioDigest(base64: string): AudioDigest {
  let sum = 0;
  decodeInPieces(base64, (piece) => {
    sum = crc32(piece, sum);
  });
  return { bytes: decodedLength(base64), hash: sum.toString(16).padStart(8, '0') };
}
