/** The error of a matcher that was called with a wrong argument: the test fails, negated or not. */

import { EchoStsError } from '../checks/errors.js';

export function invalidArgument(matcher: string, sentence: string): EchoStsError {
  return new EchoStsError('INVALID_OPTION', `\`${matcher}\`: ${sentence}`);
}
