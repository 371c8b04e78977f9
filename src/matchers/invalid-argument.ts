/** The error of a matcher that was called with a wrong argument: the test fails, negated or not. */

import type * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { EchoStsError } from '../checks/errors.js';
import { advice } from '../checks/spelling.js';
import { show } from '../core/show.js';
import { hasFields } from '../criteria/difference.js';

type Fields = Readonly<Record<string, unknown>>;

export function invalidArgument(matcher: string, sentence: string): EchoStsError {
  return new EchoStsError('INVALID_OPTION', `\`${matcher}\`: ${sentence}`);
}

/** The options of a matcher that has these. Throws an `EchoStsError` (`INVALID_OPTION`) unless it is an object with no others. */
export function checkOptions(matcher: string, options: unknown, names: readonly string[]): Fields {
  if (!hasFields(options))
    throw invalidArgument(matcher, `the options are expected to be an object, got ${show(options)}.`);
  const other = Object.keys(options).find((name) => !names.includes(name));
  if (other === undefined) return options;
  const known = names.map((name) => `\`${name}\``).join(', ');
  const meant = advice(other, names, (name) => `\`${name}\``);
  throw invalidArgument(matcher, `${show(other)} is not one of its options, ${known}${meant}.`);
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
