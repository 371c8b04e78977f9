/** What is said to a test that uses a matcher in a way that it cannot judge: it fails then, negated or not. */

import { EchoStsError } from '../checks/errors.js';

export function misuse(matcher: string, sentence: string): EchoStsError {
  return new EchoStsError('INVALID_OPTION', `\`${matcher}\`: ${sentence}`);
}
