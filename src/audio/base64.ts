/** Strict standard base64 (PROTOCOL §2, `audio.data_base64`), checked and read without keeping a decoded copy. */

/** Who is given the bytes of a text on the way: they are written into its room, piece by piece. */
export interface PieceReader {
  /** Of `PIECE_BYTES`. */
  readonly room: Buffer;
  /** So many bytes are in the room now, all of it but for the last piece; the next one overwrites them. */
  add(size: number): void;
}

export const PIECE_BYTES = 24_576;
const PIECE_CHARACTERS = (PIECE_BYTES / 3) * 4;

const NOBODY: PieceReader = { room: Buffer.allocUnsafeSlow(PIECE_BYTES), add: () => {} };

/** How many bytes the text would decode to, by its length alone. */
export function decodedLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/**
 * Whether the text is base64 with the standard alphabet and padding. Node's decoder skips what it does not know, takes
 * `-` and `_` too, and looks at the low byte only of a wide character; so all of these are looked for apart. The reader has
 * been given all bytes if the answer is true.
 */
export function isBase64(text: string, reader = NOBODY): boolean {
  if (text.length % 4 !== 0) return false;
  if (Buffer.byteLength(text) !== text.length) return false;
  if (text.includes('-') || text.includes('_')) return false;
  return decodeInPieces(text, reader) === decodedLength(text);
}

/** Answers how many bytes there were. */
function decodeInPieces(base64: string, reader: PieceReader): number {
  let bytes = 0;
  for (let start = 0; start < base64.length; start += PIECE_CHARACTERS) {
    const size = reader.room.write(base64.slice(start, start + PIECE_CHARACTERS), 'base64');
    reader.add(size);
    bytes += size;
  }
  return bytes;
}
