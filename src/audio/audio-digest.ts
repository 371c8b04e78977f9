/** Identifies audio that is not kept: by its size and its CRC-32. */

import type { AudioDigest } from '../core/vocabulary.js';
import { decodedLength, readBase64 } from './base64.js';

/**
 * The digest of received audio, which is checked in the same pass; undefined unless it is standard base64 with padding.
 * `base64` is the text, or its characters as bytes.
 */
export function readAudio(base64: string | Buffer): AudioDigest | undefined {
  const { crc32 } = zlib();
  let crc = 0;
  const isRead = readBase64(base64, (chunk) => {
    crc = crc32(chunk, crc);
  });
  return isRead ? { bytes: decodedLength(base64), hash: hexadecimal(crc) } : undefined;
}

/** The digest of bytes. */
export function digestAudio(bytes: Uint8Array): AudioDigest {
  return { bytes: bytes.length, hash: hexadecimal(zlib().crc32(bytes)) };
}

/** Loaded with the first audio: a server starts without it. */
function zlib(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib');
}

/** Eight hexadecimal digits. */
function hexadecimal(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
