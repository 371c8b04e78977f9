/** What a timeline keeps of a payload, laid flat and read back. The bounds are in `test/server/timeline-bounds.test.ts`. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flattener, fieldOf, payloadOf } from '../../src/timeline/flat-payload.js';
import { hashOf } from '../support/hash.js';

/** Without what is never kept. */
const isOrdinary = (value: unknown) => !/"(__proto__|data_base64)":/.test(JSON.stringify(value));
const audio = (text: string) => ({ channels: 1, data_base64: Buffer.from(text).toString('base64') });
const summary = (text: string) => ({
  channels: 1,
  bytes: text.length,
  hash: hashOf(Buffer.from(text)),
});

describe('a payload', () => {
  it('comes back as it was, whatever came before it under the same name', () => {
    const flattener = new Flattener(false);
    const values = fc.jsonValue({ maxDepth: 4 }).filter((value) => JSON.stringify(value).length < 80);
    const payload = fc.dictionary(fc.string(), values, { maxKeys: 4 }).filter(isOrdinary);
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), (sent) => {
        const kept = sent.map((each) => flattener.flatten('unknown', each));
        expect(kept.map(payloadOf)).toEqual(sent);
        expect(kept.map(payloadOf)).toEqual(sent);
      }),
    );
  });

  it('has its own fields told, and none of what is in them', () => {
    const inner = { id: 'inner', deep: [{ id: 'deeper' }, 'id'] };
    const payload = { list: ['id', inner, 5], inner, audio: audio('ABCD'), none: undefined, id: 'own', last: null };
    const flat = new Flattener(false).flatten('unknown', payload);
    const told = ['id', 'last', 'inner', 'list', 'audio', 'none', 'deep', 'bytes'].map((name) => fieldOf(flat, name));
    expect(told).toEqual(['own', null, ...Array(6).fill(undefined)]);
  });

  it('is frozen through and through when it is read, and each time another', () => {
    const flat = new Flattener(false).flatten('unknown', { list: [{ a: 1 }], inner: {} });
    const [first, second] = [payloadOf(flat), payloadOf(flat)] as { list: object[]; inner: object }[];
    expect(first).not.toBe(second);
    for (const part of [first, first?.list, first?.list[0], first?.inner]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('keeps its neighbours apart, also where one list of values is full', () => {
    const flattener = new Flattener(false);
    const numbers = (count: number) => Array.from({ length: 150 }, (_, index) => count * 1000 + index);
    const kept = Array.from({ length: 100 }, (_, count) => flattener.flatten('unknown', { numbers: numbers(count) }));
    expect(kept.map(payloadOf)).toEqual(kept.map((_, count) => ({ numbers: numbers(count) })));
    expect(new Set(kept.map(({ values }) => values)).size).toBeGreaterThan(1);
  });

  it('shares its structure with those that have the same fields', () => {
    const flattener = new Flattener(false);
    const structure = (event: string, payload: object) => flattener.flatten(event, payload).structure;
    const first = structure('one', { a: 1, b: { c: ['x'] } });
    expect(structure('other', { a: 1 })).not.toBe(first);
    expect(structure('one', { a: 'two', b: { c: [5] } })).toBe(first);
    expect(structure('one', { a: 'two', b: { c: [] } })).not.toBe(first);
  });
});

describe('audio', () => {
  it('is told by its size and hash, wherever it is', () => {
    const flattener = new Flattener(false);
    const payload = { before: 1, audio: audio('ABCD'), more: [{ audio: audio('EFGHI') }], dubbed_audio: audio('J') };
    expect(payloadOf(flattener.flatten('unknown', payload))).toEqual({
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
      expect(payloadOf(new Flattener(false).flatten('unknown', payload, digest))).toEqual({
        other: { audio: summary('ABCD') },
        [name]: { channels: 1, ...digest },
      });
    },
  );

  it('is kept where it is asked for', () => {
    const flat = new Flattener(true).flatten('unknown', { audio: audio('ABCD'), id: 'x' });
    expect(payloadOf(flat)).toEqual({ audio: { ...summary('ABCD'), ...audio('ABCD') }, id: 'x' });
    expect(fieldOf(flat, 'id')).toBe('x');
  });
});
