import { describe, expect, it } from 'vitest';
import { draw } from '../../src/core/chance.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('a draw', () => {
  it('is at least 0 and less than 1', () => {
    const draws = numbers(20_000).map((number) => draw('seed', 'stream-1', number));
    expect(draws.filter((value) => value < 0 || value >= 1)).toEqual([]);
  });

  it.each([
    ['the sequence number', (n: number) => draw('seed', 'stream-1', n, 1, 1)],
    ['the attempt', (n: number) => draw('seed', 'stream-1', 0, n, 1)],
    ['the rule', (n: number) => draw('seed', 'stream-1', 0, 1, n)],
    ['the stream', (n: number) => draw('seed', `stream-${n}`, 0, 1, 1)],
    ['the seed', (n: number) => draw(String(n), 'stream-1', 0, 1, 1)],
  ])('is spread evenly over %s', (_, toDraw) => {
    const tenths = new Array<number>(10).fill(0);
    for (const number of numbers(10_000)) {
      const tenth = Math.floor(toDraw(number) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(900);
    expect(Math.max(...tenths)).toBeLessThan(1100);
  });

  it('of one fragment tells nothing about the next', () => {
    const draws = numbers(10_000).map((number) => draw('seed', 'stream-1', number, 1, 1));
    const both = draws.filter((value, index) => value < 0.5 && (draws[index + 1] ?? 1) < 0.5);
    expect(both.length).toBeGreaterThan(2300);
    expect(both.length).toBeLessThan(2700);
  });

  it('is another for another fact, and for the same facts in another order', () => {
    const draws = [
      draw('seed', 'stream-1', 2, 3, 'delay'),
      draw('other', 'stream-1', 2, 3, 'delay'),
      draw('seed', 'stream-2', 2, 3, 'delay'),
      draw('seed', 'stream-1', 3, 3, 'delay'),
      draw('seed', 'stream-1', 2, 4, 'delay'),
      draw('seed', 'stream-1', 2, 3, 'delay, too'),
      draw('seed', 'stream-1', 3, 2, 'delay'),
      draw('seed', 'stream-1', 23, 'delay'),
      draw('seed', 'stream-1', '2', 3, 'delay'),
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });

  it('is the same for the same facts, whatever was drawn in between', () => {
    const forwards = numbers(100).map((number) => draw('seed', 'stream-1', number));
    const backwards = numbers(100)
      .reverse()
      .map((number) => [draw('seed', 'stream-1', number), draw('seed', 'stream-2', number)][0]);
    expect(backwards.reverse()).toEqual(forwards);
  });

  it('is the same in every version: a seed that was written down stays good', () => {
    expect(draw('0', 'stream-1', 0, 1, 1)).toBe(0.7706051846034825);
    expect(draw('seed', 'stream-1', 7, 2, 'delay')).toBe(0.23365633795037866);
  });
});
