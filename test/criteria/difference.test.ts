/** How a value differs from the part that it has to have. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from '../../src/criteria/difference.js';
import { stepsOf } from '../support/steps.js';

const paths = (expected: unknown, actual: unknown) => differences(expected, actual).map(({ path }) => path);

describe('a part', () => {
  it('may leave fields out, however deep', () => {
    expect(differences({ audio: { bytes: 3 } }, { audio: { bytes: 3, hash: 'ab' }, sequence_number: 1 })).toEqual([]);
    expect(differences({}, { any: 'thing' })).toEqual([]);
  });

  it('is told field by field where it differs', () => {
    const actual = { sequence_number: 2, audio: { bytes: 4, hash: 'ab' } };
    expect(differences({ sequence_number: 3, audio: { bytes: 3, hash: 'ab' }, metadata: { a: 1 } }, actual)).toEqual([
      { path: 'sequence_number', expected: 3, actual: 2 },
      { path: 'audio.bytes', expected: 3, actual: 4 },
      { path: 'metadata', expected: { a: 1 }, actual: undefined },
    ]);
  });

  it('has every item of a list, each of them again a part', () => {
    expect(differences([{ a: 1 }], [{ a: 1, b: 2 }])).toEqual([]);
    expect(paths([{ a: 1 }], [{ a: 2 }])).toEqual(['[0].a']);
    expect(differences({ rules: [1] }, { rules: [1, 2] })).toEqual([{ path: 'rules.length', expected: 1, actual: 2 }]);
    expect(paths({ rules: [1, { a: 2 }] }, { rules: [3] })).toEqual(['rules.length', 'rules[0]']);
    expect(paths([], [undefined])).toEqual(['length']);
  });

  it('says with undefined that a field has to be absent', () => {
    expect(differences({ error: undefined }, {})).toEqual([]);
    expect(differences({ error: undefined }, { error: undefined })).toEqual([]);
    expect(paths({ error: undefined }, { error: { code: 'TIMEOUT' } })).toEqual(['error']);
  });

  it('is not found in what an object inherits', () => {
    expect(paths({ toString: expect.any(Function) }, {})).toEqual(['toString']);
    expect(paths(JSON.parse('{ "__proto__": { "a": 1 } }'), {})).toEqual(['__proto__']);
  });

  it('names fields as code does', () => {
    expect(paths({ a: { 'b c': { d: 1 }, '': 1, '0': 1 } }, { a: { 'b c': {} } })).toEqual([
      'a["0"]',
      'a["b c"].d',
      'a[""]',
    ]);
    expect(paths(1, 2)).toEqual(['']);
  });
});

describe('values', () => {
  it.each([
    ['numbers', 1, 2],
    ['a number and its text', 1, '1'],
    ['null and nothing', null, undefined],
    ['an object and null', {}, null],
    ['an object and a list', {}, []],
    ['a list and an object', [], {}],
    ['dates', new Date(1), new Date(2)],
    ['a date and an object', {}, new Date(1)],
    ['expressions', /a/, /b/],
    ['maps', new Map([[1, 2]]), new Map([[1, 3]])],
    ['errors', new Error('a'), new Error('b')],
    ['bytes', Buffer.from([1, 2]), Uint8Array.of(1, 3)],
    ['functions', () => 1, () => 1],
  ])('differ: %s', (_, expected, actual) => {
    expect(differences(expected, actual)).toEqual([{ path: '', expected, actual }]);
  });

  it.each([
    ['NaN', Number.NaN, Number.NaN],
    ['zeros', 0, -0],
    ['dates', new Date(1), new Date(1)],
    ['maps', new Map([[1, 2]]), new Map([[1, 2]])],
    ['bytes of different classes', Buffer.from([1, 2]), Uint8Array.of(1, 2)],
    ['objects with and without a prototype', Object.create(null), {}],
  ])('are the same: %s', (_, expected, actual) => {
    expect(differences(expected, actual)).toEqual([]);
  });
});

describe('an asymmetric matcher', () => {
  it('decides for itself, at any depth', () => {
    expect(differences({ a: [expect.any(Number)], b: expect.stringContaining('x') }, { a: [1], b: 'xy' })).toEqual([]);
    expect(paths({ a: [expect.any(Number)], b: expect.anything() }, { a: ['1'] })).toEqual(['a[0]', 'b']);
  });

  it('may come from anywhere', () => {
    const even = { asymmetricMatch: (other: unknown) => Number(other) % 2 === 0 };
    expect(differences(even, 2)).toEqual([]);
    expect(
      differences(
        Object.assign(() => false, even),
        2,
      ),
    ).toEqual([]);
    expect(paths(even, 1)).toEqual(['']);
  });

  it('has not matched when it throws', () => {
    const broken = {
      asymmetricMatch: () => {
        throw new Error('of the test');
      },
    };
    expect(paths({ a: broken }, { a: 1 })).toEqual(['a']);
  });

  it('is a mistake of the test when it answers with a promise', () => {
    const late = { asymmetricMatch: () => Promise.reject(new Error('of the test')) };
    const message = '`asymmetricMatch` expected to return true or false, got a promise; make it synchronous.';
    const mistake = expect.objectContaining({ code: 'INVALID_OPTION', message });
    expect(() => differences({ a: late }, { a: 1 })).toThrow(mistake);
  });
});

describe('values that lead back to themselves', () => {
  interface Knot {
    readonly value: number;
    knot?: Knot;
  }
  const knot = (value: number): Knot => {
    const made: Knot = { value };
    made.knot = made;
    return made;
  };

  it('are compared to the end', () => {
    expect(differences(knot(1), knot(1))).toEqual([]);
    expect(paths(knot(1), knot(2))).toEqual(['value']);
    expect(paths(knot(1), { value: 1, knot: { value: 2 } })).toEqual(['knot.value', 'knot.knot']);
    const [one, other]: [unknown[], unknown[]] = [[], []];
    one.push(one);
    other.push(other);
    expect(differences(one, other)).toEqual([]);
  });

  it('do not hide what is shared without a circle', () => {
    const shared = { value: 1 };
    const wrong = { value: 2 };
    expect(paths({ a: shared, b: shared }, { a: wrong, b: wrong })).toEqual(['a.value', 'b.value']);
  });
});

it('finds nothing in a copy, and never changes or throws', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.anything(), (value, other) => {
      expect(differences(value, structuredClone(value))).toEqual([]);
      expect(Array.isArray(differences(value, other))).toBe(true);
      expect(Array.isArray(differences(other, value))).toBe(true);
    }),
  );
});

it('of values twice as deep costs twice as many steps', () => {
  const nested = (depth: number, innermost: number) => {
    let value: unknown = innermost;
    for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { a: value } : [value];
    return value;
  };
  const cost = (depth: number) => stepsOf(() => differences(nested(depth, 1), nested(depth, 2)));
  expect(cost(800)).toBeLessThan(2.5 * cost(400));
});
