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
    /^at position 76 \(the first is 0\) stands a line break; leave line breaks out$/,
  ],
  ['a line break of Windows', `${'A'.repeat(76)}\r\n`, /^at position 76 .* stands a line break/],
  ['a blank', 'QUJD QUJD', /^at position 4 .* stands a blank; leave blanks out$/],
  [
    'one wrong character far behind',
    `${LONG.slice(0, 60_000)}!${LONG.slice(60_001)}`,
    /^at position 60000 .* stands "!"; encode/,
  ],
  ['what is no letter of any alphabet', 'QU\u0000D', /^at position 2 .* stands "\\u0000"; encode the bytes anew$/],
  ['a wide character', 'QU💥D', /^at position 2 .* stands "💥"; encode/],
  [
    'the URL-safe alphabet',
    'QUJD_UJD',
    /^at position 4 .* stands "_"; that is the URL-safe alphabet: use "\+" in place of "-" and "\/"/,
  ],
  [
    'two texts behind each other',
    'QQ==QQ==',
    /^at position 2 .* stands "="; padding ends a text: encode all of the bytes at once$/,
  ],
  ['a data URL', 'data:audio/aac;base64,QUJD', /^a data URL: send what stands behind `base64,`$/],
  ['a data URL in upper case', 'DATA:;BASE64,QUJD', /^a data URL: send what stands behind `base64,`$/],
  ['a data URL of another encoding', 'data:audio/aac,QUJD', /^a data URL: send the bytes in base64, without what/],
  ['no padding', 'QUI', /^3 characters; the padding is wrong: "=" has to stand at its end$/],
  ['no padding for two', 'QQ', /^2 characters;.* "==" has to stand at its end$/],
  ['too little padding', 'QQ=', /^3 characters;.* "==" has to stand at its end$/],
  ['padding where none belongs', 'QUJD=', /^5 characters;.* nothing has to stand at its end$/],
  ['a character lost', 'QUJDQ', /^5 characters;.* a character is missing, or is one too many: encode the bytes anew$/],
  ['nothing but padding', '====', /^at position 0 .* stands "="; padding ends a text/],
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
