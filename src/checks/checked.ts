/** Checks what a caller of the library passes in; the error names what is wrong. */

import * as v from 'valibot';
import { abbreviate } from '../core/show.js';
import { EchoStsError } from './errors.js';
import { isUnknownName } from './fields.js';
import { behindHint, sentences } from './finding.js';

/** The value as the schema puts it out. Throws an `EchoStsError` (`INVALID_OPTION`) that names everything wrong. */
export function checked<Schema extends v.GenericSchema>(
  subject: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new EchoStsError('INVALID_OPTION', sentences(result.issues.map((issue) => finding(subject, issue))));
}

function finding(subject: string, issue: v.BaseIssue<unknown>): string {
  const place = `\`${abbreviate(v.getDotPath(issue) ?? subject)}\``;
  return isUnknownName(issue) ? `${issue.message} ${place}` : behindHint(`${place} `, issue.message);
}
