/** How a handle is put together of parts. */

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compose } from '../../src/handle/compose.js';

const SECRET = Symbol('secret');

function composed(read: () => number) {
  const first = {
    get count() {
      return read();
    },
  };
  return compose(first, { close: (): string => 'closed', [SECRET]: () => 'seen' });
}

describe('a composed object', () => {
  it('has the members of all parts, and reads a getter each time that it is asked', () => {
    let count = 0;
    const object = composed(() => ++count);
    expect([object.count, object.count, object.close(), object[SECRET]()]).toEqual([1, 2, 'closed', 'seen']);
  });

  it('is printed and copied with its functions alone: no getter is read for that', () => {
    const object = composed(() => {
      throw new Error('was read');
    });
    expect(inspect(object)).toBe('{ close: [Function: close] }');
    expect(Reflect.ownKeys({ ...object })).toEqual(['close']);
  });

  it('can be spied on: its members can be replaced', () => {
    const object = composed(() => 1);
    object.close = () => 'replaced';
    Object.defineProperty(object, 'count', { get: () => 7 });
    expect([object.close(), object.count]).toEqual(['replaced', 7]);
  });
});
