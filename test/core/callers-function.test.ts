/** What a function of the caller's may do, and what becomes of its failure. */

import { expect, it, vi } from 'vitest';
import { call, TEXT } from '../../src/core/callers-function.js';
import { active, fragment } from '../support/drive.js';

it('what a function has thrown is the cause of the error that names it', () => {
  const cause = new Error('no idea');
  const run = () => {
    throw cause;
  };
  expect(() => call('transcript', run, TEXT)).toThrow(
    expect.objectContaining({ message: '`transcript` threw: no idea', cause }),
  );
});

it('a promise where none is expected is seen to: its rejection ends no run', () => {
  const promise = Promise.resolve('a text');
  const watched = vi.spyOn(promise, 'then');
  expect(() => call('transcript', () => promise, TEXT)).toThrow('expected to return a text, got a promise');
  expect(watched).toHaveBeenCalled();
});

it('what is no promise is left alone, whatever functions it has', () => {
  const odd = { catch: vi.fn() };
  expect(() => call('transcript', () => odd, TEXT)).toThrow('expected to return a text, got an object');
  expect(odd.catch).not.toHaveBeenCalled();
});

it.each<[string, () => unknown, string]>([
  ['a text', () => 'no idea', '"no idea"'],
  ['nothing', () => undefined, 'nothing'],
  ['a symbol', () => Symbol('odd'), 'Symbol(odd)'],
  ['an error whose message is odd', () => withMessage(() => Symbol('odd')), 'a value that cannot be shown'],
  ['an error whose message throws nothing', () => withMessage(thrower(undefined)), 'a value that cannot be shown'],
  ['an error whose message throws a number', () => withMessage(thrower(5)), 'a value that cannot be shown'],
  [
    'what throws however it is looked at',
    () => new Proxy({}, { getPrototypeOf: thrower(null) }),
    'a value that cannot be shown',
  ],
])('a function of the fragment that throws %s makes it fail, and ends no run', (_, thrown, words) => {
  const delayMs = () => {
    throw thrown();
  };
  const result = active({ delayMs })
    .feed(fragment(0))
    .find(({ kind }) => kind === 'fragment:processed');
  expect(result).toMatchObject({ error: { code: 'MODEL_ERROR', message: `\`delayMs\` threw: ${words}` } });
});

function withMessage(get: () => unknown): Error {
  return Object.defineProperty(new Error('odd'), 'message', { get });
}

function thrower(value: unknown): () => never {
  return () => {
    throw value;
  };
}
