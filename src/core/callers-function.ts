/** A function that the caller of the library has passed in, called amid the protocol: its failures get a name. */

import { show } from './show.js';

/** What the function returns. Throws an Error that names it, if it throws or returns something else than expected. */
export function call<Value>(
  name: string,
  run: () => unknown,
  isExpected: (value: unknown) => value is Value,
  expected: string,
): Value {
  const value = attempt(name, run);
  if (isExpected(value)) return value;
  // Nobody is going to wait for it: a rejection must not end the run of the tests.
  if (value instanceof Promise) value.catch(() => undefined);
  throw new Error(`\`${name}\` expected to return ${expected}, got ${show(value)}`);
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isMilliseconds = (value: unknown): value is number => typeof value === 'number' && value >= 0;

function attempt(name: string, run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    throw new Error(`\`${name}\` threw: ${error instanceof Error ? error.message : show(error)}`, { cause: error });
  }
}
