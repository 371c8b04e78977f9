/** The error of a matcher that was called with a wrong argument: the test fails, negated or not. */

import type * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { EchoStsError } from '../checks/errors.js';
import { behindHint } from '../checks/finding.js';

export function invalidArgument(matcher: string, sentence: string): EchoStsError {
  return new EchoStsError('INVALID_OPTION', behindHint(`\`${matcher}\`: `, sentence));
}

/** The options of a matcher as the schema puts them out. Throws an `EchoStsError` (`INVALID_OPTION`). */
export function checkedOptions<Schema extends v.GenericSchema>(
  matcher: string,
  schema: Schema,
  options: unknown,
): v.InferOutput<Schema> {
  try {
    return checked('options', schema, options);
  } catch (error) {
    throw error instanceof EchoStsError ? invalidArgument(matcher, error.message) : error;
  }
}
