/** Buffers that are used again. */

import { beforeEach, expect, it } from 'vitest';
import { BufferPool, MOST_FREE_BYTES } from '../../src/lane/buffer-pool.js';

let pool: BufferPool;

beforeEach(() => {
  pool = new BufferPool();
  pool.open();
});

it.each([1, 2, 3, 4, 5, 100, 131_072, 131_400, 131_473, 10_485_760])('it returns exactly %i bytes', (bytes) => {
  expect(pool.take(bytes)).toHaveLength(bytes);
});

it('a buffer that was given back is used for the next message of about the same size', () => {
  const first = pool.take(131_400);
  pool.give(first);
  expect(pool.take(131_473).buffer).toBe(first.buffer);
  expect(pool.take(131_473).buffer).not.toBe(first.buffer);
});

it('a buffer is overwritten in tests when it is given back', () => {
  const buffer = pool.take(100).fill(1);
  pool.give(buffer);
  expect(buffer.every((byte) => byte === 0xff)).toBe(true);
});

it('a buffer that is given back twice is lent once', () => {
  const buffer = pool.take(100);
  pool.give(buffer);
  pool.give(buffer.subarray(10));
  expect(pool.take(100).buffer).toBe(buffer.buffer);
  expect(pool.take(100).buffer).not.toBe(buffer.buffer);
});

it('a buffer of somebody else is left alone', () => {
  const foreign = Buffer.alloc(100, 1);
  pool.give(foreign);
  expect(foreign.every((byte) => byte === 1)).toBe(true);
  expect(pool.freeBytes).toBe(0);
});

it('it keeps a limited number of free bytes', () => {
  const buffers = Array.from({ length: 40 }, () => pool.take(2 ** 20));
  for (const buffer of buffers) pool.give(buffer);
  expect(pool.freeBytes).toBeLessThanOrEqual(MOST_FREE_BYTES);
  pool.give(pool.take(MOST_FREE_BYTES + 1));
  expect(pool.freeBytes).toBeLessThanOrEqual(MOST_FREE_BYTES);
});

it('it keeps nothing after the last server has closed', () => {
  const late = pool.take(100);
  pool.open();
  pool.give(pool.take(200));
  pool.close();
  expect(pool.freeBytes).toBeGreaterThan(0);
  pool.close();
  expect(pool.freeBytes).toBe(0);
  pool.give(late);
  expect(pool.freeBytes).toBe(0);
});
