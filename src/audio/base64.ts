/** Strict standard base64 (PROTOCOL §2, `audio.data_base64`), checked and read without keeping a decoded copy. */

/** Number of decoded bytes per chunk. */
export const CHUNK_BYTES = 24_576;
const CHUNK_CHARACTERS = (CHUNK_BYTES / 3) * 4;

/** Shared by all texts, because each is read completely before the next. */
const scratch = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/** The decoded size of the text, computed from its length alone. */
export function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/**
 * Returns whether the text is base64 with the standard alphabet and padding. If so, `take` has received all of its
 * bytes; each chunk is valid only until the next. Node's decoder skips unknown characters, accepts `-` and `_`, and
 * reads only the low byte of a wide character, so these are checked separately.
 */
export function readBase64(text: string, take: (chunk: Uint8Array) => void): boolean {
  if (text.length % 4 !== 0) return false;
  if (Buffer.byteLength(text) !== text.length) return false;
  if (text.includes('-') || text.includes('_')) return false;
  return decode(text, take) === decodedLength(text);
}

/** Returns the number of bytes. */
function decode(base64: string, take: (chunk: Uint8Array) => void): number {
  let bytes = 0;
  for (let start = 0; start < base64.length; start += CHUNK_CHARACTERS) {
    const size = scratch.write(base64.slice(start, start + CHUNK_CHARACTERS), 'base64');
    take(scratch.subarray(0, size));
    bytes += size;
  }
  return bytes;
}
