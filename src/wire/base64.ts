/** Strict standard base64 (PROTOCOL §2, `audio.data_base64`), checked and read without keeping a decoded copy. */

type UsePiece = (piece: Buffer) => void;

const CHUNK_CHARACTERS = 32_768;
const scratch = Buffer.allocUnsafe((CHUNK_CHARACTERS / 4) * 3);
/** The last piece of the newest text: many in a row are of one length, and to make a view is dear. */
let tail = scratch;

/** How many bytes the text would decode to, by its length alone. */
export function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/**
 * Whether the text is base64 with the standard alphabet and padding. Node's decoder skips what it does not know, takes
 * `-` and `_` too, and looks at the low byte only of a wide character; so all of these are looked for apart. `use` sees the
 * bytes on the way, as with `decodeInPieces`: they are all of them if the answer is true.
 */
export function isBase64(text: string, use?: UsePiece): boolean {
  if (text.length % 4 !== 0) return false;
  if (Buffer.byteLength(text) !== text.length) return false;
  if (text.includes('-') || text.includes('_')) return false;
  return decodeInPieces(text, use) === decodedLength(text);
}

/** Calls back with the bytes, piece by piece; each is overwritten by the next. Answers how many they were. */
export function decodeInPieces(base64: string, use?: UsePiece): number {
  let bytes = 0;
  for (let start = 0; start < base64.length; start += CHUNK_CHARACTERS) {
    const length = scratch.write(base64.slice(start, start + CHUNK_CHARACTERS), 'base64');
    use?.(viewOf(length));
    bytes += length;
  }
  return bytes;
}

function viewOf(length: number): Buffer {
  if (length === scratch.length) return scratch;
  if (length !== tail.length) tail = scratch.subarray(0, length);
  return tail;
}
