import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodedLength, readBase64 } from '../../src/audio/base64.js';

const isBase64 = (text: string) => readBase64(text, () => {});

describe('base64', () => {
  it.each(['', 'QQ==', 'QUI=', 'QUJD', 'QUJDRA==', '+/+/', `${'A'.repeat(32_768)}QQ==`])('%.20s is taken', (text) => {
    expect(isBase64(text)).toBe(true);
  });

  it.each([
    ['a length that is no multiple of 4', 'QUJ'],
    ['no padding', 'QQ'],
    ['padding alone', '===='],
    ['padding in the middle', 'QQ==QUJD'],
    ['padding in the middle, a chunk away from the end', `QQ==${'A'.repeat(40_000)}`],
    ['a space', 'QUJ '],
    ['a line break', 'QUJD\nQUJ'],
    ['a foreign character', 'QU*D'],
    ['the url-safe alphabet', 'QU-D'],
    ['the other half of it', 'QU_D'],
    ['a wide look-alike of A', 'ŁUJD'],
    ['a Latin-1 character', 'QUJé'],
    ['a lone surrogate', 'QUJ\ud800'],
    ['a data URL', 'data:audio/mp4;base64,QUJD'],
  ])('with %s is refused', (_, text) => {
    expect(isBase64(text)).toBe(false);
  });

  it('that Node writes is taken, its bytes seen and its length known', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80_000 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const chunks: Buffer[] = [];
        expect(readBase64(text, (chunk) => chunks.push(Buffer.from(chunk)))).toBe(true);
        expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
        expect(decodedLength(text)).toBe(bytes.length);
      }),
      // To shrink lists of this size takes minutes.
      { endOnFailure: true },
    );
  });

  it('with one character replaced by a foreign one is refused, wherever it stands', () => {
    const text = Buffer.alloc(60_000, 7).toString('base64');
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.constantFrom('-', '_', ' ', '=', '*', 'Ł', '\u00e9', '\0'),
        (at, foreign) => {
          const spoilt = text.slice(0, at) + foreign + text.slice(at + 1);
          expect(isBase64(spoilt)).toBe(foreign === '=' && at === text.length - 1);
        },
      ),
    );
  });
});
