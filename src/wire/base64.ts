/** Strict standard base64 (PROTOCOL §2, `audio.data_base64`), checked and read without keeping a decoded copy. */

const CHUNK_CHARACTERS = 16_384;
const scratch = Buffer.allocUnsafe((CHUNK_CHARACTERS / 4) * 3);

/** How many bytes the text would decode to, by its length alone. */
export function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/**
 * Whether the text is base64 with the standard alphabet and padding. Node's decoder skips what it does not know, takes
 * `-` and `_` too, and looks at the low byte only of a wide character; so all of these are looked for apart.
 */
export function isBase64(text: string): boolean {
  if (text.length % 4 !== 0) return false;
  if (Buffer.byteLength(text) !== text.length) return false;
  if (text.includes('-') || text.includes('_')) return false;
  for (let start = 0; start < text.length; start += CHUNK_CHARACTERS) {
    const chunk = text.slice(start, start + CHUNK_CHARACTERS);
    const isLast = start + CHUNK_CHARACTERS >= text.length;
    const expected = isLast ? decodedLength(chunk) : scratch.length;
    if (scratch.write(chunk, 'base64') !== expected) return false;
  }
  return true;
}

/** Calls back with the bytes, piece by piece; each is overwritten by the next. */
export function decodeInPieces(base64: string, use: (piece: Buffer) => void): void {
  for (let start = 0; start < base64.length; start += CHUNK_CHARACTERS) {
    const length = scratch.write(base64.slice(start, start + CHUNK_CHARACTERS), 'base64');
    use(length === scratch.length ? scratch : scratch.subarray(0, length));
  }
}
