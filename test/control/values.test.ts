/** What crosses between processes, and what does not. */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromJson, toJson } from '../../src/control/values.js';

/** As it arrives on the other side. */
const crossed = (value: unknown, argument: number | 'answer' = 0) =>
  fromJson(JSON.parse(JSON.stringify(toJson('f', value, argument))));

const leaf = fc.oneof(
  fc.string(),
  // JSON has one zero.
  fc.double().map((value) => value + 0),
  fc.boolean(),
  fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const key = fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'constructor', 'toString', '$$'));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((fields) => Object.fromEntries(fields)),
}));

describe('a value', () => {
  it('is the same on the other side, whatever it is made of', () => {
    fc.assert(
      fc.property(value, (sent) => {
        // Not by the runner, which takes a field `constructor` for the class.
        assert.deepStrictEqual(crossed(sent), sent);
      }),
    );
  });

  it('of an answer is the same but for fields that are undefined', () => {
    fc.assert(
      fc.property(value, (sent) => {
        expect(crossed(sent, 'answer')).toEqual(sent);
      }),
    );
  });

  it('that an answer leaves out is not sent', () => {
    expect(toJson('f', { done: true, value: undefined }, 'answer')).toStrictEqual({ done: true });
    expect(toJson('f', { value: undefined }, 0)).toStrictEqual({ value: { $: 'undefined' } });
  });

  it('that JSON can express is sent as it is', () => {
    const plain = { text: 'x', list: [1, null, true], object: { $$: { $: 1, b: 2 } } };
    expect(toJson('f', plain, 0)).toStrictEqual(plain);
  });

  it('may come from anybody: it is taken, or refused with a sentence', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          fromJson(json);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringContaining('"$"') });
        }
      }),
    );
  });
});
