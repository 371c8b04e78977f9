import { describe, expect, it } from 'vitest';
import { isMisspelt, meantBy } from '../../src/checks/spelling.js';

describe('a name', () => {
  it.each([
    ['fragment:dta', 'fragment:data'],
    ['fragment:atda', 'fragment:data'],
    ['fragment_proccesed', 'fragment:processed'],
    ['DELAYMS', 'delayMs'],
    ['prot', 'port'],
  ])('%s is %s misspelt', (name, meant) => {
    expect(isMisspelt(name, meant)).toBe(true);
  });

  it.each([
    ['up', 'in'],
    ['both', 'note'],
    ['timeout', 'times'],
    ['', 'in'],
    ['5', '6'],
    ['x'.repeat(61), 'x'.repeat(60)],
  ])('%j is not taken for %j', (name, meant) => {
    expect(isMisspelt(name, meant)).toBe(false);
  });

  it('is most likely the one that it is nearest to', () => {
    const names = ['processed', 'posted', 'post'];
    expect(['psot', 'posed', 'procesed', 'other'].map((name) => meantBy(name, names))).toEqual([
      'post',
      'posted',
      'processed',
      undefined,
    ]);
  });
});
