/** Checks what a caller's function returned outside the protocol; an error names the function. */

import { type Expected, TRUE_OR_FALSE, wrongAnswer } from '../core/callers-function.js';
import { isPromise } from '../core/show.js';
import { EchoStsError } from './errors.js';

/** For a function that judges something: any value except `true` means no, but a promise means that nothing was judged. */
export const SYNCHRONOUS: Expected<unknown> = {
  words: TRUE_OR_FALSE.words,
  is: (value): value is unknown => !isPromise(value),
};

/**
 * The answer of the function. Throws an `EchoStsError` (`INVALID_OPTION`) for another than expected. What the function
 * throws is for the caller as it is: he has written it.
 */
export function checkedAnswer<Value>(name: string, answer: unknown, expected: Expected<Value>): Value {
  if (expected.is(answer)) return answer;
  const advice = isPromise(answer) ? '; make it synchronous' : '';
  throw new EchoStsError('INVALID_OPTION', `${wrongAnswer(name, answer, expected)}${advice}.`);
}
