/** The newest items of a list without an end. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingBuffer } from '../../src/timeline/ring-buffer.js';

/** What is in it, by number. */
function contentsOf<Item>(ring: RingBuffer<Item>): [number, Item | undefined][] {
  return Array.from({ length: ring.size }, (_, index) => [ring.oldest + index, ring.at(ring.oldest + index)]);
}

/** An object that the ring has, and nobody else. */
function pushed(ring: RingBuffer<object>): object {
  ring.push({});
  return ring.at(ring.newest) ?? {};
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** The memory that is in use, in bytes. */
function usedBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('a ring buffer', () => {
  it('is empty at first', () => {
    const ring = new RingBuffer<string>(2);
    expect([ring.oldest, ring.newest, ring.size, ring.shift()]).toEqual([1, 0, 0, undefined]);
    expect([0, 1, -1].map((n) => ring.at(n))).toEqual([undefined, undefined, undefined]);
  });

  it('lets the oldest go for a new one when it is full, and says which', () => {
    const ring = new RingBuffer<string>(2);
    expect(['a', 'b', 'c', 'd', 'e'].map((item) => ring.push(item))).toEqual([undefined, undefined, 'a', 'b', 'c']);
    expect(contentsOf(ring)).toEqual([
      [4, 'd'],
      [5, 'e'],
    ]);
    expect([ring.at(3), ring.at(6)]).toEqual([undefined, undefined]);
  });

  it.each([1, 2, 3])('of %i lets none go up to its turn, and one each time from then on', (capacity) => {
    const ring = new RingBuffer<number>(capacity);
    const all = Array.from({ length: 3 * capacity + 1 }, (_, index) => index + 1);
    const gone = all.map((n) => ring.push(n));
    expect(gone).toEqual(all.map((n) => (n > capacity ? n - capacity : undefined)));
    const there = all.slice(-capacity);
    expect(contentsOf(ring)).toEqual(there.map((n) => [n, n]));
    // Removed one by one, across the turn, and filled again.
    expect(there.map(() => ring.shift())).toEqual(there);
    expect([ring.size, ring.shift(), ring.push(0), ring.at(ring.newest)]).toEqual([0, undefined, undefined, 0]);
  });

  it('takes no more memory however many have gone through it', () => {
    const ring = new RingBuffer<number>(2);
    ring.push(0);
    const before = usedBytes();
    for (let n = 0; n < 2_000_000; n += 1) ring.push(n);
    // With a place for each, two million would take 16 MB.
    expect(usedBytes() - before).toBeLessThan(4_000_000);
    expect(ring.size).toBe(2);
  });

  it('keeps none alive that was removed', async () => {
    const ring = new RingBuffer<object>(2);
    const removed = new WeakRef(pushed(ring));
    ring.shift();
    // A reference that was just looked at is kept to the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect([removed.deref(), ring.size]).toEqual([undefined, 0]);
  });

  it('without room gives each item its number and back', () => {
    const ring = new RingBuffer<string>(0);
    expect([ring.push('a'), ring.push('b')]).toEqual(['a', 'b']);
    expect([ring.oldest, ring.newest, ring.size, ring.at(2)]).toEqual([3, 2, 0, undefined]);
  });

  it('goes on counting after items that are not kept', () => {
    const ring = new RingBuffer<string>(3);
    ring.push('a');
    ring.skip();
    ring.push('b');
    expect(contentsOf(ring)).toEqual([[3, 'b']]);
  });

  it('holds what a list would hold that is cut at its beginning', () => {
    const steps = fc.array(fc.option(fc.nat(), { nil: 'shift' as const }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), steps, (capacity, all) => {
        const ring = new RingBuffer<number>(capacity);
        const list: [number, number][] = [];
        let count = 0;
        for (const step of all) {
          if (step === 'shift') {
            expect(ring.shift()).toBe(list.shift()?.[1]);
          } else {
            count += 1;
            list.push([count, step]);
            const gone = list.length > capacity ? list.shift()?.[1] : undefined;
            expect(ring.push(step)).toBe(gone);
          }
          expect(contentsOf(ring)).toEqual(list);
          expect([ring.newest, ring.size]).toEqual([count, list.length]);
        }
      }),
    );
  });
});
