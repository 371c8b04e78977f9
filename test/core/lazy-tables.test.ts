import { describe, expect, it } from 'vitest';
import { LazyMap, LazySet } from '../../src/core/lazy-tables.js';

describe('a lazy map', () => {
  it('is empty before its first use, and after it was cleared', () => {
    const map = new LazyMap<string, number>();
    const look = () => [
      map.size,
      map.get('a'),
      map.has('a'),
      map.delete('a'),
      [...map],
      [...map.keys()],
      [...map.values()],
    ];
    const empty = [0, undefined, false, false, [], [], []];
    expect(look()).toEqual(empty);
    map.set('a', 1);
    map.clear();
    expect(look()).toEqual(empty);
  });

  it('has its entries in the order in which they were first set', () => {
    const map = new LazyMap<string, number>();
    for (const [key, value] of [
      ['b', 1],
      ['a', 2],
      ['c', 3],
      ['b', 4],
    ] as const)
      map.set(key, value);
    expect(map.delete('a')).toBe(true);
    expect([map.size, map.has('b'), map.get('b'), map.get('a')]).toEqual([2, true, 4, undefined]);
    expect([[...map], [...map.keys()], [...map.values()]]).toEqual([
      [
        ['b', 4],
        ['c', 3],
      ],
      ['b', 'c'],
      [4, 3],
    ]);
  });
});

describe('a lazy set', () => {
  it('is empty before its first use', () => {
    const set = new LazySet<number>();
    expect([set.size, set.has(1), set.delete(1), [...set]]).toEqual([0, false, false, []]);
  });

  it('has each of its values once, in the order in which they were added', () => {
    const set = new LazySet<number>();
    for (const value of [3, 1, 2, 3, 1]) set.add(value);
    expect(set.delete(1)).toBe(true);
    expect([set.size, set.has(3), set.has(1), [...set]]).toEqual([2, true, false, [3, 2]]);
  });
});
