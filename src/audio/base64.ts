/** Strict standard base64 (PROTOCOL §2, `audio.data_base64`), checked and read without keeping a decoded copy. */

/** Of decoded bytes: what is decoded at once. */
export const CHUNK_BYTES = 24_576;
const CHUNK_CHARACTERS = (CHUNK_BYTES / 3) * 4;

/** One for all texts: each is read to its end before the next. */
const scratch = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/** How many bytes the text would decode to, by its length alone. */
export function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/**
 * Whether the text is base64 with the standard alphabet and padding; if so, `take` has been given all of its bytes, each chunk
 * only until the next. Node's decoder skips what it does not know, takes `-` and `_` too, and looks at the low byte only of a
 * wide character; so all of these are looked for apart.
 */
export function readBase64(text: string, take: (chunk: Uint8Array) => void): boolean {
  if (text.length % 4 !== 0) return false;
  if (Buffer.byteLength(text) !== text.length) return false;
  if (text.includes('-') || text.includes('_')) return false;
  return decode(text, take) === decodedLength(text);
}

/** Returns how many bytes there were. */
function decode(base64: string, take: (chunk: Uint8Array) => void): number {
  let bytes = 0;
  for (let start = 0; start < base64.length; start += CHUNK_CHARACTERS) {
    const size = scratch.write(base64.slice(start, start + CHUNK_CHARACTERS), 'base64');
    take(scratch.subarray(0, size));
    bytes += size;
  }
  return bytes;
}
