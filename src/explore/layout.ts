/** Plain data as text: on one line where that is short, otherwise one line per part. Pure. */

import { isRecord } from '../checks/fields.js';

/** How a language writes data. */
export interface Notation {
  /** A value that is neither a list nor an object. */
  readonly value: (value: unknown) => string;
  readonly name: (name: string) => string;
  /** Whether a field is left out. */
  readonly isLeftOut: (value: unknown) => boolean;
  /** What stands behind the last part in the layout with one line per part. */
  readonly lastComma: ',' | '';
}

/** The widest line. */
const WIDTH = 100;

/** The text of the value, of which all lines but the first are indented by `indentation`; on several lines if `isBroken`. */
export function layOut(value: unknown, notation: Notation, indentation = 0, isBroken = false): string {
  const line = inline(value, notation);
  if (typeof value !== 'object' || value === null || (line.length + indentation <= WIDTH && !isBroken)) return line;
  const parts = partsOf(value, (name, each) => name + layOut(each, notation, indentation + 2), notation);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const margin = ' '.repeat(indentation);
  const lines = parts.map((part) => `${margin}  ${part}`).join(',\n');
  return `${open}\n${lines}${notation.lastComma}\n${margin}${close}`;
}

function inline(value: unknown, notation: Notation): string {
  const isList = Array.isArray(value);
  if (!isList && !isRecord(value)) return notation.value(value);
  const parts = partsOf(value, (name, each) => name + inline(each, notation), notation).join(', ');
  if (isList) return `[${parts}]`;
  return parts === '' ? '{}' : `{ ${parts} }`;
}

/** The items of a list, or the fields of an object with their names. */
function partsOf(value: object, part: (name: string, value: unknown) => string, notation: Notation): string[] {
  if (Array.isArray(value)) return value.map((each) => part('', each));
  const fields = Object.entries(value).filter(([, each]) => !notation.isLeftOut(each));
  return fields.map(([name, each]) => part(`${notation.name(name)}: `, each));
}
