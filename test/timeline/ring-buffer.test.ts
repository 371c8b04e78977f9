/** The newest items of a list without an end. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RingBuffer } from '../../src/timeline/ring-buffer.js';

/** What is in it, by number. */
function contentsOf<Item>(ring: RingBuffer<Item>): [number, Item | undefined][] {
  return Array.from({ length: ring.size }, (_, index) => [ring.oldest + index, ring.at(ring.oldest + index)]);
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
