/** How wide text is in a terminal, and what of it is shown escaped. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, crop, cropMiddle, padEnd, visible, wrap } from '../../src/drawing/cells.js';

describe('visible text', () => {
  it.each([
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['\u202eturned', '\\u202eturned'],
    ['lone \ud800', 'lone \\ud800'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['👩‍🚀 näh 日本', '👩‍🚀 näh 日本'],
  ])('of %j is %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});

describe('the cells of', () => {
  it.each([
    ['', 0],
    ['news', 4],
    ['näher', 5],
    ['na\u0308her', 5],
    ['日本語', 6],
    ['한국', 4],
    ['ｗ', 2],
    ['📺', 2],
    ['❤️', 2],
    ['│─►◄×…', 6],
  ])('%j are %i', (text, cells) => {
    expect(cellsOf(text)).toBe(cells);
  });
});

describe('cutting', () => {
  it('leaves what fits, and marks what does not', () => {
    expect([crop('stream', 6), crop('stream-1', 6), crop('日本語', 5), crop('one two', 5)]).toEqual([
      'stream',
      'strea…',
      '日本…',
      'one…',
    ]);
  });

  it('in the middle keeps the end', () => {
    expect([cropMiddle('stream-1', 8), cropMiddle('stream-0001', 8), cropMiddle('日本語日本', 7)]).toEqual([
      'stream-1',
      'stre…001',
      '日…本',
    ]);
  });

  it('breaks between words, and inside one that is too long', () => {
    expect(wrap('one two three', 8, 9)).toEqual(['one two', 'three']);
    expect(wrap('id 0123456789 end', 6, 9)).toEqual(['id', '012345', '6789', 'end']);
    expect(wrap('one two three four', 5, 2)).toEqual(['one', 'two…']);
  });

  it('never takes more cells than it may', () => {
    const text = fc.string({ unit: 'binary' }).map(visible);
    const property = fc.property(text, fc.integer({ min: 2, max: 40 }), (shown, cells) => {
      const rows = wrap(shown, cells, 3);
      const all = [crop(shown, cells), cropMiddle(shown, cells), ...rows];
      expect(Math.max(...all.map(cellsOf))).toBeLessThanOrEqual(cells);
      expect(rows.length).toBeLessThanOrEqual(3);
      expect(cellsOf(padEnd(crop(shown, cells), cells))).toBe(cells);
    });
    fc.assert(property);
  });
});
