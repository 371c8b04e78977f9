import { describe, expect, it } from 'vitest';
import { layOut, type Notation } from '../../src/explore/layout.js';

const PLAIN: Notation = { value: String, name: String, isLeftOut: (value) => value === undefined, lastComma: ',' };
/** So long that no two of them stand on one line. */
const LONG = 'x'.repeat(60);

describe('plain data as text', () => {
  it.each([
    ['a value', 1, '1'],
    ['an empty list', [], '[]'],
    ['an empty object', { left: undefined }, '{}'],
    ['short parts', { one: [1, { two: 2 }] }, '{ one: [1, { two: 2 }] }'],
  ])('stands on one line where that is short: %s', (_, value, text) => {
    expect(layOut(value, PLAIN)).toBe(text);
  });

  it('has each part on a line of its own where it is not, in lists and in objects', () => {
    expect(layOut([1, { one: LONG, two: [LONG, LONG] }], PLAIN)).toBe(`[
  1,
  {
    one: ${LONG},
    two: [
      ${LONG},
      ${LONG},
    ],
  },
]`);
  });

  it('has them there on request, without a comma at the end where the language has none', () => {
    expect(layOut({ one: 1, two: [2] }, { ...PLAIN, lastComma: '' }, 2, true)).toBe(
      '{\n    one: 1,\n    two: [2]\n  }',
    );
  });
});
