/** What a timeline keeps of a payload, laid flat and read back. The bounds are in `timeline-bounds.test.ts`. */

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

/** What `fieldOf` is to tell of the field `last`. */
function ownLast(payload: object): unknown {
  const { last } = payload as { last?: unknown };
  return typeof last === 'object' && last !== null ? undefined : last;
}

describe('a payload', () => {
  const strange = fc
    .dictionary(
      fc.string(),
      fc.jsonValue({ maxDepth: 4 }).filter((value) => JSON.stringify(value).length < 80),
      { maxKeys: 4 },
    )
    .filter(isOrdinary);
  /** Much the same as others. */
  const alike = fc.record({
    id: fc.constantFrom('x', 'y'),
    part: fc.record({ size: fc.constantFrom(0, -0, 1, Number.NaN), list: fc.constantFrom([], [1], [2], [1, 'x']) }),
    last: fc.constantFrom(null, 'x'),
  });

  it.each([
    ['strange ones', fc.array(strange, { maxLength: 8 })],
    ['ones much like it', fc.array(alike, { maxLength: 40, size: 'max' })],
    ['either', fc.array(fc.oneof(alike, strange), { maxLength: 30, size: 'max' })],
  ])('comes back as it was, after %s under the same name', (_, payloads) => {
    const flattener = new Flattener(false);
    fc.assert(
      fc.property(payloads, (sent) => {
        const kept = sent.map((each) => flattener.flatten('unknown', each));
        expect(kept.map(payloadOf)).toEqual(sent);
        expect(kept.map(payloadOf)).toEqual(sent);
        expect(kept.map((flat) => fieldOf(flat, 'last'))).toEqual(sent.map(ownLast));
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
    expect(new Set(kept.map(({ varying }) => varying)).size).toBeGreaterThan(1);
  });

  it('shares with its predecessors its names and all values but those that have differed', () => {
    const flattener = new Flattener(false);
    const kept = [0, 1, 2, 3].map((n) =>
      flattener.flatten('one', { id: `f-${n}`, kind: 'm4a', inner: [n < 2 ? 'early' : 'late'] }),
    );
    const forms = kept.map(({ form }) => form);
    expect(forms[3]).toBe(forms[2]);
    expect(new Set(forms).size).toBe(3);
    expect(new Set(forms.map(({ marks }) => marks)).size).toBe(1);
    const varying = (at: number) => kept.map(({ from }) => from)[at] ?? Number.NaN;
    expect([varying(2) - varying(1), varying(3) - varying(2)]).toEqual([1, 2]);
    expect(flattener.flatten('other', { id: 'f-0' }).form).not.toBe(forms[3]);
  });

  it('with less in it than its predecessors comes back as it was, and keeps nothing of theirs', () => {
    const flattener = new Flattener(false);
    for (const each of [{ a: 1, b: 2, c: 3 }, { a: 1 }]) flattener.flatten('one', each);
    const flat = flattener.flatten('one', { a: 1 });
    expect([payloadOf(flat), flat.form.values]).toEqual([{ a: 1 }, [1]]);
    expect(payloadOf(flattener.flatten('one', new Uint8Array(3)))).toBe('3 bytes of binary data');
  });

  const sizes = (streams: readonly string[]) => {
    const flattener = new Flattener(false);
    const froms = [...streams, 'end'].map((stream) => flattener.flatten('one', { stream }).from);
    return froms.slice(1).map((from, index) => from - (froms[index] ?? 0));
  };

  it('of a stream that comes after a long one shares its name with those of its own', () => {
    const long = Array(9).fill('first');
    expect(sizes([...long, 'second', 'second', 'second']).slice(-3)).toEqual([1, 0, 0]);
  });

  it('of streams that take turns does not, nor is a form made for each', () => {
    expect(sizes(['first', 'second', 'first', 'first', 'second'])).toEqual([1, 1, 1, 1, 1]);
    const flattener = new Flattener(false);
    const forms = Array.from({ length: 20 }, (_, n) => flattener.flatten('one', { stream: `${n % 2}` }).form);
    expect(new Set(forms).size).toBe(2);
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
