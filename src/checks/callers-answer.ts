/** What a function of the caller's answers outside the protocol: what is wrong with it is told with its name. */

import { type Expected, TRUE_OR_FALSE, wrongAnswer } from '../core/callers-function.js';
import { isPromise } from '../core/show.js';
import { EchoStsError } from './errors.js';

/** Of a function that looks at something: whatever is not true means no, but with a promise nothing has been looked at. */
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
