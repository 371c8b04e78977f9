/** Masking of WebSocket frames (RFC 6455, section 5.3). */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mask, unmask } from '../../src/lane/mask.js';

const keys = fc.uint8Array({ minLength: 4, maxLength: 4 });
const bodies = fc.uint8Array({ maxLength: 80 });

it('it masks every byte with its byte of the key, at any place of the memory', () => {
  const places = fc.nat(9);
  fc.assert(
    fc.property(bodies, keys, places, (body, key, place) => {
      const memory = new Uint8Array(place + body.length + 9).fill(7);
      memory.set(body, place);
      unmask(memory.subarray(place, place + body.length), key);
      expect(memory.subarray(place, place + body.length)).toEqual(masked(body, key));
      expect(memory.subarray(0, place).every((byte) => byte === 7)).toBe(true);
      expect(memory.subarray(place + body.length).every((byte) => byte === 7)).toBe(true);
    }),
  );
});

it('it writes the masked bytes elsewhere and leaves the source alone', () => {
  fc.assert(
    fc.property(bodies, keys, fc.nat(9), (body, key, offset) => {
      const source = body.slice();
      const output = new Uint8Array(offset + body.length + 3);
      mask(source, key, output, offset, source.length);
      expect(source).toEqual(body);
      expect(output.subarray(offset, offset + body.length)).toEqual(masked(body, key));
      expect(output.subarray(offset + body.length)).toEqual(new Uint8Array(3));
    }),
  );
});

function masked(body: Uint8Array, key: Uint8Array): Uint8Array {
  return body.map((byte, at) => byte ^ (key[at % 4] ?? 0));
}
