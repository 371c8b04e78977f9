/** Functions passed in by the caller of the library. Their errors name the function. */

import { isPromise, typed, wordsOf } from './show.js';

/** What such a function must return. */
export interface Expected<Value> {
  /** In words. */
  readonly words: string;
  readonly is: (value: unknown) => value is Value;
}

export const TEXT: Expected<string> = { words: 'a text', is: (value) => typeof value === 'string' };
export const TRUE_OR_FALSE: Expected<boolean> = {
  words: 'true or false',
  is: (value) => typeof value === 'boolean',
};
export const MILLISECONDS: Expected<number> = {
  words: 'milliseconds ≥ 0',
  is: (value): value is number => typeof value === 'number' && value >= 0,
};

/** Returns the result of the function. Throws an Error that names it, if it throws or returns an unexpected value. */
export function call<Value>(name: string, run: () => unknown, expected: Expected<Value>): Value {
  const value = attempt(name, run);
  if (expected.is(value)) return value;
  throw new Error(wrongAnswer(name, value, expected));
}

/** The message for a function that has returned an unexpected value. */
export function wrongAnswer(name: string, value: unknown, { words }: Expected<unknown>): string {
  ignoreRejection(value);
  return `\`${name}\` expected to return ${words}, got ${typed(value)}`;
}

/** Nobody awaits a promise returned in place of a value: its rejection must not end the test run. */
export function ignoreRejection(value: unknown): void {
  if (isPromise(value)) void Promise.resolve(value).catch(() => undefined);
}

function attempt(name: string, run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    throw new Error(`\`${name}\` threw: ${wordsOf(error)}`, { cause: error });
  }
}
