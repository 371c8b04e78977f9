/** Checks what a caller of the library passes in; what is wrong is told by its name. */

import * as v from 'valibot';
import { abbreviate } from '../core/show.js';
import { EchoStsError } from './errors.js';

/** The value as the schema puts it out. Throws an `EchoStsError` (`INVALID_OPTION`) that names everything wrong. */
export function checked<Schema extends v.GenericSchema>(
  subject: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `\`${abbreviate(v.getDotPath(issue) ?? subject)}\` ${issue.message}`);
  throw new EchoStsError('INVALID_OPTION', `${faults.join('; ')}.`);
}
