/** The size and hash by which a timeline tells audio apart. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestAudio, readAudio } from '../../src/audio/audio-digest.js';
import { CHUNK_BYTES } from '../../src/audio/base64.js';
import { hashOf } from '../support/hash.js';

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('the digest of audio', () => {
  it.each([
    ['', '00000000'],
    ['a', 'e8b7be43'],
    ['abc', '352441c2'],
    ['123456789', 'cbf43926'],
    ['ob', '000065e3'],
    ['The quick brown fox jumps over the lazy dog', '414fa339'],
  ])('of %j has the published CRC-32', (text, hash) => {
    const bytes = Buffer.from(text);
    expect(digestAudio(bytes)).toEqual({ bytes: text.length, hash });
    expect(readAudio(base64(bytes))).toEqual({ bytes: text.length, hash });
    expect(hashOf(bytes)).toBe(hash);
  });

  /** As large as chunks are, but of few bytes over and over: to make and to shrink lists of that size takes long. */
  const large = fc
    .tuple(
      fc.integer({ min: CHUNK_BYTES - 40, max: 3 * CHUNK_BYTES + 40 }),
      fc.uint8Array({ minLength: 1, maxLength: 99 }),
    )
    .map(([size, pattern]) => Buffer.alloc(size, pattern));
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), large);

  it('is the same of bytes and of their base64, however many chunks they come in', () => {
    fc.assert(
      fc.property(bytes, (audio) => {
        const digest = { bytes: audio.length, hash: hashOf(audio) };
        expect(digestAudio(audio)).toEqual(digest);
        expect(readAudio(base64(audio))).toEqual(digest);
      }),
    );
  });

  it.each([0, 1, 31, 32, 33, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 4 * CHUNK_BYTES])(
    'of %i bytes is right, whatever has been read before',
    (size) => {
      const audio = Buffer.alloc(size, 'audio');
      readAudio('QUJDRA=');
      readAudio(`${base64(Buffer.alloc(CHUNK_BYTES + 5, 1))}*`);
      expect(readAudio(base64(audio))).toEqual({ bytes: size, hash: hashOf(audio) });
    },
  );

  it('is not taken of what is no base64', () => {
    expect(readAudio('QUJD*')).toBeUndefined();
  });
});
