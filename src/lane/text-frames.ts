/** Which of the buffers that come out of a WebSocket are text, and who owns them. */

import { bufferPool } from './buffer-pool.js';

const textFrames = new WeakSet<Buffer>();

/** Calls `use` with the text frame. Its buffer is given back, unless `take` was called for it. */
export function lend(frame: Buffer, use: () => void): void {
  textFrames.add(frame);
  use();
  if (textFrames.delete(frame)) bufferPool.give(frame);
}

/** Whether this is a text frame, as bytes. */
export function isTextFrame(data: Buffer): boolean {
  return textFrames.has(data);
}

/** The caller keeps the buffer, and gives it back to the pool itself. */
export function take(frame: Buffer): void {
  textFrames.delete(frame);
}
