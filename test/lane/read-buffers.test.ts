/** When the memory that a connection was read into is freed. */

import { expect, it } from 'vitest';
import { freeCopied } from '../../src/lane/read-buffers.js';

const MEGABYTE = 1024 * 1024;

it('a piece that is all of its memory is freed at once, without a turn of the loop', () => {
  const piece = Buffer.from(new ArrayBuffer(32 * MEGABYTE));
  const before = process.memoryUsage().external;
  freeCopied(piece);
  expect(piece).toHaveLength(0);
  expect(process.memoryUsage().external).toBeLessThan(before - 31 * MEGABYTE);
});

it.each([
  ['begins later', (memory: ArrayBuffer) => Buffer.from(memory, 1)],
  ['ends earlier', (memory: ArrayBuffer) => Buffer.from(memory, 0, 99)],
])('memory of which a piece %s is kept: others may have the rest', (_, pieceOf) => {
  const piece = pieceOf(new ArrayBuffer(100));
  freeCopied(piece);
  expect(piece).toHaveLength(99);
});

it('the pool of Node, which cannot be transferred, is kept', () => {
  const piece = Buffer.from(Buffer.allocUnsafe(8).buffer);
  const { length } = piece;
  expect(length).toBeGreaterThan(8);
  expect(() => freeCopied(piece)).not.toThrow();
  expect(piece).toHaveLength(length);
});
