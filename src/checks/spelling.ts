/** Whether a name is another one misspelt, and which. */

import { abbreviate } from '../core/show.js';

/** Maximum number of letters that are wrong, missing, added or swapped; also less than half of them. */
const MOST_SLIPS = 2;
/** Longer names are not compared. */
const LONGEST = 60;
/** The unit at the end of a name: `delayMs`, `delay_ms`, `delay-ms`. */
const UNIT = /(?:[-_](?:ms|bytes|hz)|Ms|Bytes|Hz)$/;
/** Nobody who sends more fields in an object has one of them misspelt. */
const MOST_FIELDS = 100;

/** The one of the names that is most likely meant, if any is. */
export function meantBy(name: string, names: readonly string[]): string | undefined {
  return names.filter((each) => isMisspelt(name, each)).sort((one, other) => apart(name, one) - apart(name, other))[0];
}

/**
 * The path of the field that may be meant by one that is missing: of the same object, with a name that is misspelt, or is a part
 * of the other (`data` for `data_base64`); or of another object, by its very name.
 */
export function fieldMeantBy(path: string, whole: unknown): string | undefined {
  const parts = path.split('.');
  const name = parts.pop() ?? '';
  const parent = parts.reduce(partOf, whole);
  const siblings = keysOf(parent).filter((key) => key !== name);
  const near = meantBy(name, siblings) ?? siblings.find((key) => isPartOf(key, name) || isPartOf(name, key));
  if (near !== undefined) return abbreviate([...parts, near].join('.'));
  const strays = keysOf(whole).filter((key) => keysOf(partOf(whole, key)).includes(name));
  if (parent !== whole && keysOf(whole).includes(name)) return name;
  return strays.filter((key) => partOf(whole, key) !== parent).map((key) => `${key}.${name}`)[0];
}

/** Upper case and what stands between the letters do not count. */
export function isMisspelt(name: string, meant: string): boolean {
  if (name.length > LONGEST) return false;
  const wrong = apart(name, meant);
  return wrong <= MOST_SLIPS && wrong < letters(meant).length / 2;
}

/** Whether it is one of its words, or some of them. */
function isPartOf(words: string, name: string): boolean {
  return `_${name}_`.includes(`_${words}_`);
}

function keysOf(value: unknown): string[] {
  return isFields(value) ? Object.keys(value).slice(0, MOST_FIELDS) : [];
}

function partOf(value: unknown, key: string): unknown {
  return isFields(value) ? Reflect.get(value, key) : undefined;
}

function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** A unit that is left out counts as one slip: `dleay` is `delayMs`. */
function apart(name: string, meant: string): number {
  const whole = slips(letters(name), letters(meant));
  if (!UNIT.test(meant)) return whole;
  return Math.min(whole, slips(letters(name), letters(meant.replace(UNIT, ''))) + 1);
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/**
 * How many letters have to be put in, taken out, changed or swapped with the next to make one of the other; Infinity for
 * lengths that differ too much.
 */
function slips(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MOST_SLIPS) return Number.POSITIVE_INFINITY;
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row += 1) {
    const [above = [], twoAbove = []] = [rows[row - 1], rows[row - 2]];
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const [changed = 0, missing = 0, added = 0] = [above[column - 1], above[column], current[column - 1]];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwapped ? (twoAbove[column - 2] ?? 0) : Number.POSITIVE_INFINITY;
      const isSame = from[row - 1] === to[column - 1];
      current.push(Math.min(changed + (isSame ? 0 : 1), missing + 1, added + 1, swapped + 1));
    }
    rows.push(current);
  }
  return rows.at(-1)?.at(-1) ?? 0;
}
