/** What a timeline keeps of a payload. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyPayload, keptText } from '../../src/timeline/payload-copy.js';
import { hashOf } from '../support/hash.js';

const copyOf = (payload: object) => copyPayload(payload, false).payload;
/** Without what is never kept. */
const isOrdinary = (value: unknown) => !/"(__proto__|data_base64)":/.test(JSON.stringify(value));
const audio = (text: string) => ({ channels: 1, data_base64: Buffer.from(text).toString('base64') });
const summary = (text: string) => ({
  channels: 1,
  bytes: text.length,
  hash: hashOf(Buffer.from(text)),
});

/** All objects and lists in it, itself among them. */
function partsOf(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(partsOf)];
}

/** Objects in each other, so many. */
function nested(depth: number): object {
  return depth === 1 ? { bottom: true } : { inner: nested(depth - 1) };
}

describe('a payload', () => {
  const strange = fc
    .dictionary(
      fc.string(),
      fc.jsonValue({ maxDepth: 4 }).filter((value) => JSON.stringify(value).length < 80),
      { maxKeys: 4 },
    )
    .filter(isOrdinary);
  const numbers = fc.record({ size: fc.constantFrom(0, -0, 1, Number.NaN, 2 ** 63), list: fc.constantFrom([], [[]]) });

  it('is copied as it is, and nothing of the copy can be changed or is the original’s', () => {
    fc.assert(
      fc.property(fc.oneof(strange, numbers), (original) => {
        const copy = copyOf(original);
        expect(copy).toEqual(original);
        const originals = new Set(partsOf(original));
        for (const part of partsOf(copy)) {
          expect(Object.isFrozen(part)).toBe(true);
          expect(originals.has(part)).toBe(false);
        }
      }),
    );
  });

  it('is what it was, whatever becomes of the original', () => {
    const original = { list: [{ a: 1 }], inner: { b: 2 } };
    const copy = copyOf(original);
    original.list.push({ a: 2 });
    original.inner.b = 3;
    expect(copy).toEqual({ list: [{ a: 1 }], inner: { b: 2 } });
  });

  it('keeps of a text 500 characters, as a value and as a name', () => {
    const [fits, cut] = ['x'.repeat(500), `${'x'.repeat(500)}…`];
    expect(copyOf({ a: fits, b: `${fits}y`, [`${fits}z`]: 1 })).toEqual({ a: fits, b: cut, [cut]: 1 });
    expect([keptText(fits), keptText(`${fits}y`)]).toEqual([fits, cut]);
  });

  it('keeps 200 values, objects and lists, itself among them', () => {
    const counted = (copy: unknown): number =>
      typeof copy === 'object' && copy !== null ? Object.values(copy).reduce<number>((n, x) => n + counted(x), 1) : 1;
    const list = Array.from({ length: 300 }, (_, index) => index);
    const wide = Object.fromEntries(list.map((index) => [`key-${index}`, [index]]));
    for (const payload of [{ list }, wide, { a: list, b: list }]) expect(counted(copyOf(payload))).toBe(200);
    expect(copyOf({ list })).toEqual({ list: list.slice(0, 198) });
    expect(copyOf({ a: list, b: 1 })).toEqual({ a: list.slice(0, 198) });
  });

  it('keeps 16 levels', () => {
    expect(copyOf(nested(16))).toEqual(nested(16));
    expect(JSON.stringify(copyOf(nested(17)))).toBe(`${'{"inner":'.repeat(16)}"…"${'}'.repeat(16)}`);
  });

  it('keeps no `__proto__`, which would set the prototype of the copy', () => {
    const copy = copyOf(JSON.parse('{ "__proto__": { "polluted": true }, "a": 1, "constructor": 2 }'));
    expect(Object.keys(copy)).toEqual(['a', 'constructor']);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('has functions and binary data described, and what is undefined left out', () => {
    const original = { f: () => 1, binary: [Buffer.alloc(3), new Float64Array(2)], none: undefined, nothing: null };
    expect(copyOf(original)).toStrictEqual({
      f: 'a function',
      binary: ['3 bytes of binary data', '16 bytes of binary data'],
      nothing: null,
    });
  });
});

describe('the size of a copy', () => {
  const sizeOf = (payload: object, keepsAudio = false) => copyPayload(payload, keepsAudio).characters;

  it('is that of its texts and names, and 16 characters for each value, 64 for each object and list', () => {
    expect(sizeOf({})).toBe(64);
    expect(sizeOf({ name: 'text', list: [1, null] })).toBe(2 * 64 + 3 * 16 + 12);
    expect(sizeOf({ a: 'x'.repeat(10_000) })).toBe(64 + 16 + 502);
  });

  it('is that of audio only where it is kept', () => {
    const payload = { audio: { data_base64: 'QUJD'.repeat(1000) } };
    expect([sizeOf(payload), sizeOf(payload, true)]).toEqual([2 * 64 + 2 * 16 + 5, 2 * 64 + 2 * 16 + 5 + 4000]);
  });
});

describe('audio', () => {
  it('is told by its size and hash, wherever it is', () => {
    const payload = { before: 1, audio: audio('ABCD'), more: [{ audio: audio('EFGHI') }], dubbed_audio: audio('J') };
    expect(copyOf(payload)).toEqual({
      before: 1,
      audio: summary('ABCD'),
      more: [{ audio: summary('EFGHI') }],
      dubbed_audio: summary('J'),
    });
  });

  it.each(['audio', 'dubbed_audio'])(
    'as `%s` of the payload is what is known of it already, and no other is',
    (name) => {
      const payload = { other: { audio: audio('ABCD') }, [name]: audio('ABCD') };
      const digest = { bytes: 9, hash: '00000abc' };
      expect(copyPayload(payload, false, digest).payload).toEqual({
        other: { audio: summary('ABCD') },
        [name]: { channels: 1, ...digest },
      });
    },
  );

  it('is kept where it is asked for', () => {
    const { payload } = copyPayload({ audio: audio('ABCD'), id: 'x' }, true);
    expect(payload).toEqual({ audio: { ...summary('ABCD'), ...audio('ABCD') }, id: 'x' });
  });
});
