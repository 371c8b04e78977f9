/** How a value is shown on one line. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspected } from '../../src/criteria/inspected.js';

const NAMELESS = { asymmetricMatch: () => true };
const fail = () => {
  throw new Error('of the test');
};
const reject = () => Promise.reject(new Error('of the test'));

describe('a value on one line', () => {
  it.each([
    ['any of a type', expect.any(Number), 'Any<Number>'],
    ['anything', expect.anything(), 'Anything'],
    ['text with a part', expect.stringContaining('QU'), "StringContaining<'QU'>"],
    ['text without it', expect.not.stringContaining('QU'), "StringNotContaining<'QU'>"],
    ['a part', expect.objectContaining({ bytes: expect.any(Number) }), 'ObjectContaining<{ bytes: Any<Number> }>'],
    ['deep down', { audio: [{ bytes: expect.any(Number) }] }, '{ audio: [ { bytes: Any<Number> } ] }'],
    ['of nobody', { asymmetricMatch: () => true }, 'what an asymmetric matcher says yes to'],
    ['without a name', { ...NAMELESS, toAsymmetricMatcher: fail }, 'what an asymmetric matcher says yes to'],
    ['with a promise of one', { ...NAMELESS, toAsymmetricMatcher: reject }, 'what an asymmetric matcher says yes to'],
    ['that cannot be written', { ...NAMELESS, toString: fail }, 'what an asymmetric matcher says yes to'],
  ])('names an asymmetric matcher: %s', (_, value, shown) => {
    expect(inspected(value)).toBe(shown);
  });

  it.each([
    ['text', 'QUJD', "'QUJD'"],
    ['a long text', 'x'.repeat(100), `'${'x'.repeat(80)}'... 20 more characters`],
    ['nothing', { a: undefined }, '{ a: undefined }'],
    ['an object that cannot be read', Object.defineProperty({}, 'a', { get: fail, enumerable: true }), 'an object'],
    ['an object of a class', new Map([['a', 1]]), "Map(1) { 'a' => 1 }"],
  ])('shows what else there is: %s', (_, value, shown) => {
    expect(inspected(value)).toBe(shown);
  });

  it('has an end, whatever the value', () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    expect(inspected(circle)).toMatch(/^\{ self: .*\}$/);
    fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (value) => inspected(value).length > 0));
  });
});
