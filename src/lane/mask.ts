/**
 * Masks WebSocket frames eight bytes at a time (RFC 6455, section 5.3): what `ws` expects of its optional dependency
 * `bufferutil`, for which the bundle puts this module.
 */

const MASK_BYTES = 4;

/** Masks, or unmasks, the buffer in place. */
export function unmask(buffer: Uint8Array, mask: Uint8Array): void {
  const start = Math.min(buffer.length, -buffer.byteOffset & (MASK_BYTES - 1));
  const end = start + ((buffer.length - start) & ~(MASK_BYTES - 1));
  xorBytes(buffer, mask, 0, start);
  // A view of words may begin only at a multiple of four.
  if (end > start) {
    xorWords(new Int32Array(buffer.buffer, buffer.byteOffset + start, (end - start) >> 2), wordOf(mask, start));
  }
  xorBytes(buffer, mask, end, buffer.length);
}

/** Writes the masked bytes of `source` to `output`, from `offset` on. */
export function mask(source: Uint8Array, key: Uint8Array, output: Uint8Array, offset: number, length: number): void {
  const target = output.subarray(offset, offset + length);
  target.set(source.subarray(0, length));
  unmask(target, key);
}

function xorWords(words: Int32Array, word: number): void {
  const even = words.length & ~1;
  for (let at = 0; at < even; at += 2) {
    words[at] = (words[at] ?? 0) ^ word;
    words[at + 1] = (words[at + 1] ?? 0) ^ word;
  }
  if (even < words.length) words[even] = (words[even] ?? 0) ^ word;
}

function xorBytes(buffer: Uint8Array, mask: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at += 1) buffer[at] = (buffer[at] ?? 0) ^ (mask[at % MASK_BYTES] ?? 0);
}

/** The mask as it applies from this position on, in the byte order of the machine. */
function wordOf(mask: Uint8Array, position: number): number {
  const bytes = Uint8Array.from({ length: MASK_BYTES }, (_, at) => mask[(position + at) % MASK_BYTES] ?? 0);
  return new Int32Array(bytes.buffer)[0] ?? 0;
}
