/** What is said of a value that is wrong: the hint, what was expected, what came. */

import { describe, expect, it } from 'vitest';
import { behindHint, oneOfThese, sentences, withHint } from '../../src/checks/finding.js';

const NAMES = ['processed', 'posted', 'post', 'ready', 'ack', 'data', 'end'];

describe('a finding', () => {
  it.each([
    ['psot', 'Did you mean `post`? Expected x'],
    ['procesed', 'Did you mean `processed`? Expected x'],
    ['other', 'expected x'],
    ['__proto__', 'expected x'],
    ['constructor', 'expected x'],
    ['', 'expected x'],
    [5, 'expected x'],
    [undefined, 'expected x'],
    [['post'], 'expected x'],
  ])('about %j begins with the nearest name, where one is near', (came, text) => {
    expect(withHint(came, NAMES, 'expected x')).toBe(text);
  });

  it('names up to eight choices; of more it names five, and says how many more there are', () => {
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect(oneOfThese(numbers)).toBe('one of 1, 2, 3, 4, 5 and 4 more');
    expect(oneOfThese(numbers.slice(0, 8))).toBe('one of 1, 2, 3, 4, 5, 6, 7, 8');
    expect(oneOfThese(NAMES.slice(0, 5))).toBe('one of "processed", "posted", "post", "ready", "ack"');
    expect(oneOfThese(['a'], (name) => `\`${name}\``)).toBe('`a`');
    expect(oneOfThese([1, 2])).toBe('one of 1, 2');
  });

  it('keeps its hint in front of what is put before it', () => {
    const hinted = withHint('psot', NAMES, 'expected x');
    expect(behindHint('`on` ', hinted)).toBe('Did you mean `post`? `on` expected x');
    expect(behindHint('`on` ', 'expected x')).toBe('`on` expected x');
    expect(behindHint('sts.json: ', behindHint('`on` ', hinted))).toBe(
      'Did you mean `post`? sts.json: `on` expected x',
    );
  });

  it('is a sentence, and one with a hint comes before those without', () => {
    expect(sentences(['`a` expected x', 'Did you mean `post`? Expected y'])).toBe(
      'Did you mean `post`? Expected y. `a` expected x.',
    );
  });
});
