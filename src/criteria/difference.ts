/**
 * How a value differs from the part that it has to have, field by field. Pure: it knows nothing of timelines and shows
 * nothing; the caller decides how to show a difference.
 */

import { isDeepStrictEqual, types } from 'node:util';
import { checkedAnswer, SYNCHRONOUS } from '../checks/callers-answer.js';

/** One place where a value is not as it has to be. */
export interface Difference {
  /** Where, as in code: `audio.bytes`, `rules[0].trigger`, `metadata["a b"]`; empty for the value as a whole. */
  readonly path: string;
  readonly expected: unknown;
  /** Undefined where there is nothing. */
  readonly actual: unknown;
}

/** What an `expect.any(Number)` is of any runner: something that decides by itself. */
export interface AsymmetricMatch {
  /** Whether the value that came is as meant. */
  asymmetricMatch(other: unknown): boolean;
}

/** The part of a value that has to be as given, however deep; `undefined` for what has to be absent. */
export type Part<Value> =
  | AsymmetricMatch
  | (Value extends readonly unknown[]
      ? { readonly [Index in keyof Value]: Part<Value[Index]> }
      : Value extends object
        ? { readonly [Key in keyof Value]?: Part<Value[Key]> | undefined }
        : Value);

/**
 * Where `actual` lacks the part `expected`, in the order of `expected`; an empty list where it has all of it. Objects may
 * have more fields than were asked for, lists may not have more items. A field that is expected to be undefined has to be
 * absent or undefined. Asymmetric matchers are asked, and one that throws has not matched. Both values may be cyclic.
 * Throws an `EchoStsError` (`INVALID_OPTION`) when a matcher returns a promise: that can never be right.
 */
export function differences(expected: unknown, actual: unknown): Difference[] {
  return compare(expected, actual, '', new Map());
}

/** Whether the value decides by itself what it equals. */
export function isAsymmetric(value: unknown): value is AsymmetricMatch {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as Partial<AsymmetricMatch>).asymmetricMatch === 'function';
}

/** Whether its fields are what counts: a plain object or one of a class, not a list, a date, a map or the like. */
export function hasFields(value: unknown): value is Fields {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** What is being compared with what, further up: both may lead back to themselves. */
type Above = Map<object, Set<object>>;
/** A part of both, which may be the same. */
type Pair = Difference;
type Fields = Readonly<Record<string, unknown>>;

function compare(expected: unknown, actual: unknown, path: string, above: Above): Difference[] {
  const whole: Difference[] = [{ path, expected, actual }];
  if (isAsymmetric(expected)) return isMatch(expected, actual) ? [] : whole;
  if (expected === actual || Object.is(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual))
    return compareParts(expected, actual, itemsOf(expected, actual, path), above);
  if (hasFields(expected) && hasFields(actual))
    return compareParts(expected, actual, fieldsOf(expected, actual, path), above);
  return isSame(expected, actual) ? [] : whole;
}

function compareParts(expected: object, actual: object, parts: readonly Pair[], above: Above): Difference[] {
  const counterparts = above.get(expected) ?? new Set();
  if (counterparts.has(actual)) return [];
  above.set(expected, counterparts.add(actual));
  // By a loop, which takes less of the stack than a callback: values may be deep.
  const found: Difference[][] = [];
  for (const part of parts) found.push(compare(part.expected, part.actual, part.path, above));
  counterparts.delete(actual);
  return found.flat();
}

function itemsOf(expected: readonly unknown[], actual: readonly unknown[], path: string): Pair[] {
  const [wanted, got] = [expected.length, actual.length];
  // By `Array.from`, for a hole in a list is an item, too.
  const common = Array.from({ length: Math.min(wanted, got) }, (_, index) => ({
    path: `${path}[${index}]`,
    expected: expected[index],
    actual: actual[index],
  }));
  return [{ path: join(path, 'length'), expected: wanted, actual: got }, ...common];
}

function fieldsOf(expected: Fields, actual: Fields, path: string): Pair[] {
  // Inherited members, such as `toString`, are not fields.
  const field = (key: string) => (Object.hasOwn(actual, key) ? actual[key] : undefined);
  return Object.keys(expected).map((key) => ({ path: join(path, key), expected: expected[key], actual: field(key) }));
}

function isMatch(expected: AsymmetricMatch, actual: unknown): boolean {
  // Of runners' own some answer what is merely true or false by its truth.
  return Boolean(checkedAnswer('asymmetricMatch', askedOf(expected, actual), SYNCHRONOUS));
}

function askedOf(expected: AsymmetricMatch, actual: unknown): unknown {
  try {
    return expected.asymmetricMatch(actual);
  } catch {
    return false;
  }
}

/** Bytes are the same whatever class they come in; all else has to be of one kind. */
function isSame(expected: unknown, actual: unknown): boolean {
  if (types.isUint8Array(expected) && types.isUint8Array(actual)) return Buffer.compare(expected, actual) === 0;
  return isDeepStrictEqual(expected, actual);
}

function join(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}
