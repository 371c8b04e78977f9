/** The size and hash by which a timeline tells audio apart. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { audioDigest, readWithDigest } from '../../src/audio/audio-digest.js';
import { PIECE_BYTES } from '../../src/audio/base64.js';
import { hashOf } from '../support/hash.js';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('the digest of audio', () => {
  it.each([
    ['', '51d8e999'],
    ['a', 'a98c6e5b'],
    ['abc', 'ad770999'],
  ])('of %j has the lower half of the published XXH64', (text, hash) => {
    expect(audioDigest(Buffer.from(text))).toEqual({ bytes: text.length, hash });
  });

  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ minLength: PIECE_BYTES - 40, maxLength: 3 * PIECE_BYTES + 40, size: 'max' }),
  );

  it('is the same of bytes and of their base64, however many pieces they come in', () => {
    fc.assert(
      fc.property(bytes, (audio) => {
        const digest = { bytes: audio.length, hash: hashOf(audio) };
        expect(audioDigest(audio)).toEqual(digest);
        expect(readWithDigest(base64(audio))).toEqual({ digest });
      }),
    );
  });

  it.each([0, 1, 31, 32, 33, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 4 * PIECE_BYTES])(
    'of %i bytes is right, whatever has been read before',
    (size) => {
      const audio = Buffer.alloc(size, 'audio');
      readWithDigest('QUJDRA=');
      readWithDigest(`${base64(Buffer.alloc(PIECE_BYTES + 5, 1))}*`);
      expect(readWithDigest(base64(audio))).toEqual({ digest: { bytes: size, hash: hashOf(audio) } });
    },
  );

  it('is not made of what is no base64', () => {
    expect(readWithDigest('QUJD*')).toBeUndefined();
  });
});

it('the binary form of the hash is that of its source', async () => {
  const { parseWat } = await wabt();
  const source = new URL('../../src/audio/xxh64.wat', import.meta.url);
  const { buffer } = parseWat('xxh64.wat', readFileSync(source, 'utf8')).toBinary({});
  const written = readFileSync(new URL('../../src/audio/xxh64.ts', import.meta.url), 'utf8');
  const binary = Array.from(written.matchAll(/^ {2}'([\w+/=]+)'/gm), ([, line]) => line).join('');
  expect(binary).toBe(Buffer.from(buffer).toString('base64'));
});
