/** Identifies audio that is not kept: by its size and its CRC-32. */

import { crc32 } from 'node:zlib';
import type { AudioDigest } from '../core/vocabulary.js';
import { decodedLength, readBase64 } from './base64.js';

/**
 * The digest of received audio, which is checked in the same pass; undefined unless it is standard base64 with padding.
 * `base64` is the text, or its characters as bytes.
 */
export function readAudio(base64: string | Buffer): AudioDigest | undefined {
  let crc = 0;
  const isRead = readBase64(base64, (chunk) => {
    crc = crc32(chunk, crc);
  });
  return isRead ? { bytes: decodedLength(base64), hash: hexadecimal(crc) } : undefined;
}

/** The digest of bytes. */
export function digestAudio(bytes: Uint8Array): AudioDigest {
  return { bytes: bytes.length, hash: hexadecimal(crc32(bytes)) };
}

/** Eight hexadecimal digits. */
function hexadecimal(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
