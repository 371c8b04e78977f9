/** Where a text is no standard base64, in words. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBase64 } from '../../src/audio/base64.js';
import { describeBase64Fault } from '../../src/audio/base64-fault.js';

const isBase64 = (text: string) => readBase64(text, () => {});

const LONG = 'AbC+'.repeat(20_000);

it.each([
  [
    'a line break',
    `${'A'.repeat(76)}\n${'A'.repeat(76)}`,
    /^a line break at position 76 \(the first is 0\); remove line breaks$/,
  ],
  ['a line break of Windows', `${'A'.repeat(76)}\r\n`, /^a line break at position 76/],
  ['a blank', 'QUJD QUJD', /^a blank at position 4 .*; remove blanks$/],
  [
    'one wrong character far behind',
    `${LONG.slice(0, 60_000)}!${LONG.slice(60_001)}`,
    /^"!" at position 60000 .*; encode/,
  ],
  ['what is no letter of any alphabet', 'QU\u0000D', /^"\\u0000" at position 2 .*; encode the bytes again$/],
  ['a wide character', 'QU💥D', /^"💥" at position 2 .*; encode/],
  [
    'the URL-safe alphabet',
    'QUJD_UJD',
    /^"_" at position 4 .*; this is the URL-safe alphabet: use "\+" instead of "-" and "\/"/,
  ],
  [
    'two texts behind each other',
    'QQ==QQ==',
    /^"=" at position 2 .*; padding is allowed only at the end: encode all of the bytes at once$/,
  ],
  ['a data URL', 'data:audio/aac;base64,QUJD', /^a data URL: send only what follows `base64,`$/],
  ['a data URL in upper case', 'DATA:;BASE64,QUJD', /^a data URL: send only what follows `base64,`$/],
  [
    'a data URL of another encoding',
    'data:audio/aac,QUJD',
    /^a data URL: send the bytes in base64, without the part before/,
  ],
  ['no padding', 'QUI', /^3 characters; the padding is wrong: the text must end with "="$/],
  ['no padding for two', 'QQ', /^2 characters;.* the text must end with "=="$/],
  ['too little padding', 'QQ=', /^3 characters;.* the text must end with "=="$/],
  ['padding where none belongs', 'QUJD=', /^5 characters;.* the text must end without "="$/],
  ['a character lost', 'QUJDQ', /^5 characters;.* there is one character too few or too many: encode the bytes again$/],
  ['nothing but padding', '====', /^"=" at position 0 .*; padding is allowed only at the end/],
])('%s', (_, text, words) => {
  expect(isBase64(text)).toBe(false);
  expect(describeBase64Fault(text)).toMatch(words);
});

it('nothing is said of what is standard base64, and something of all else', () => {
  const letters = fc.constantFrom('A', 'b', '9', '+', '/', '=', '=', '-', '!', '\n');
  const texts = fc.oneof(fc.string({ unit: letters, maxLength: 12 }), fc.base64String(), fc.string());
  const isSaid = (text: string) => describeBase64Fault(text) !== undefined;
  fc.assert(
    fc.property(texts, (text) => isSaid(text) !== isBase64(text)),
    { numRuns: 2000 },
  );
});
