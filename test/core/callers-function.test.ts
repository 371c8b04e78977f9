/** What a function of the caller's may do, and what becomes of its failure. */

import { expect, it, vi } from 'vitest';
import { call, isText } from '../../src/core/callers-function.js';

it('what a function has thrown is the cause of the error that names it', () => {
  const cause = new Error('no idea');
  const run = () => {
    throw cause;
  };
  expect(() => call('transcript', run, isText, 'a text')).toThrow(
    expect.objectContaining({ message: '`transcript` threw: no idea', cause }),
  );
});

it('a promise where none is expected is seen to: its rejection ends no run', () => {
  const promise = Promise.resolve('a text');
  const watched = vi.spyOn(promise, 'catch');
  expect(() => call('transcript', () => promise, isText, 'a text')).toThrow('expected to return a text, got a promise');
  expect(watched).toHaveBeenCalledOnce();
});

it('what is no promise is left alone, whatever functions it has', () => {
  const odd = { catch: vi.fn() };
  expect(() => call('transcript', () => odd, isText, 'a text')).toThrow('expected to return a text, got an object');
  expect(odd.catch).not.toHaveBeenCalled();
});
