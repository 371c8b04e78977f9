/** Strict standard base64 (PROTOCOL §2, `audio.data_base64`), checked and read without keeping a decoded copy. */

/** Number of decoded bytes per chunk. Larger ones would make strings that cost V8 much more. */
export const CHUNK_BYTES = 6144;
const CHUNK_CHARACTERS = (CHUNK_BYTES / 3) * 4;

const PADDING = 0x3d;

/** Shared by all texts, because each is read completely before the next. */
const scratch = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/** A text, or its characters as bytes. */
type Base64 = string | Buffer;

/** The decoded size of the text, computed from its length alone. */
export function decodedLength(base64: Base64): number {
  const padding = !hasPaddingAt(base64, 1) ? 0 : hasPaddingAt(base64, 2) ? 2 : 1;
  return Math.floor((base64.length * 3) / 4) - padding;
}

/**
 * Returns whether this is base64 with the standard alphabet and padding. If so, `take` has received all of its bytes;
 * each chunk is valid only until the next. Node's decoder skips unknown characters, accepts `-` and `_`, and reads only
 * the low byte of a wide character, so these are checked separately.
 */
export function readBase64(base64: Base64, take: (chunk: Uint8Array) => void): boolean {
  if (base64.length % 4 !== 0) return false;
  // Bytes have no wide characters: those above 127 are unknown ones.
  if (typeof base64 === 'string' && Buffer.byteLength(base64) !== base64.length) return false;
  if (base64.includes('-') || base64.includes('_')) return false;
  return decode(base64, take) === decodedLength(base64);
}

/** Returns the number of bytes. */
function decode(base64: Base64, take: (chunk: Uint8Array) => void): number {
  let bytes = 0;
  for (let start = 0; start < base64.length; start += CHUNK_CHARACTERS) {
    const size = scratch.write(pieceOf(base64, start), 'base64');
    take(scratch.subarray(0, size));
    bytes += size;
  }
  return bytes;
}

/** Node decodes base64 only from strings. Short ones cost little, and a loop over the bytes takes five times as long. */
function pieceOf(base64: Base64, start: number): string {
  const end = Math.min(start + CHUNK_CHARACTERS, base64.length);
  return typeof base64 === 'string' ? base64.slice(start, end) : base64.toString('latin1', start, end);
}

function hasPaddingAt(base64: Base64, fromEnd: number): boolean {
  const position = base64.length - fromEnd;
  return (typeof base64 === 'string' ? base64.charCodeAt(position) : base64[position]) === PADDING;
}
