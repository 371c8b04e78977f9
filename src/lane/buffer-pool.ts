/**
 * Buffers for large messages, used again and again. Otherwise V8 would collect garbage all the time: it lets buffers
 * pile up outside its heap, and then collects everything.
 */

import { laneSettings } from './lane-settings.js';

/** Maximum of free bytes that are kept, for all servers of the process. */
export const MOST_FREE_BYTES = 32 * 1024 * 1024;
/** Sizes are rounded up to a quarter of a power of two, because no two messages have the same size. */
const STEPS = 4;

export class BufferPool {
  /** By size. */
  readonly #free = new Map<number, ArrayBufferLike[]>();
  #freeBytes = 0;
  /** The buffers that were taken and not given back yet. */
  readonly #taken = new WeakSet<ArrayBufferLike>();
  #users = 0;

  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** A server starts to use it. */
  open(): void {
    this.#users += 1;
  }

  /** A server uses it no longer. After the last, nothing is kept. */
  close(): void {
    this.#users -= 1;
    if (this.#users === 0) this.#clear();
  }

  /** Returns a buffer of this size. Its content is arbitrary. */
  take(bytes: number): Buffer {
    const size = roundUp(bytes);
    const memory = this.#free.get(size)?.pop();
    if (memory !== undefined) this.#freeBytes -= size;
    const buffer = memory ?? Buffer.allocUnsafeSlow(size).buffer;
    this.#taken.add(buffer);
    return Buffer.from(buffer, 0, bytes);
  }

  /** The owner of this buffer, or of a part of it, does not use it any more. Others than those of `take` are ignored. */
  give({ buffer: memory }: Buffer): void {
    if (!this.#taken.delete(memory)) return;
    if (laneSettings.overwritesGivenBack) new Uint8Array(memory).fill(0xff);
    const size = memory.byteLength;
    if (this.#users === 0 || size > MOST_FREE_BYTES) return;
    // Those of other sizes may never be asked for again.
    if (this.#freeBytes + size > MOST_FREE_BYTES) this.#clear();
    const alike = this.#free.get(size) ?? [];
    this.#free.set(size, alike);
    alike.push(memory);
    this.#freeBytes += size;
  }

  #clear(): void {
    this.#free.clear();
    this.#freeBytes = 0;
  }
}

/** Shared by all servers of the process. */
export const bufferPool = new BufferPool();

function roundUp(bytes: number): number {
  const step = Math.max(1, 2 ** Math.floor(Math.log2(Math.max(1, bytes - 1))) / STEPS);
  return Math.ceil(bytes / step) * step;
}
