/**
 * How a value differs from the part that it has to have, field by field. Pure: it knows nothing of timelines and shows
 * nothing; who tells of a difference decides how.
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
 * Throws an `EchoStsError` (`INVALID_OPTION`) when a matcher answers with a promise: that can never be right.
 */
export function differences(expected: unknown, actual: unknown): Difference[] {
  return compare(expected, actual, '', []);
}

/** Whether the value decides by itself what it equals. */
export function isAsymmetric(value: unknown): value is AsymmetricMatch {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as Partial<AsymmetricMatch>).asymmetricMatch === 'function';
}

/** Whether its fields are what counts: a plain object or one of a class, not a list, a date, a map or the like. */
export function hasFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** What is being compared with what, further up: both may lead back to themselves. */
type Above = readonly (readonly [expected: object, actual: object])[];

function compare(expected: unknown, actual: unknown, path: string, above: Above): Difference[] {
  const whole: Difference[] = [{ path, expected, actual }];
  if (isAsymmetric(expected)) return isMatch(expected, actual) ? [] : whole;
  if (expected === actual || Object.is(expected, actual)) return [];
  if (Array.isArray(expected) && Array.isArray(actual)) return compareItems(expected, actual, path, above);
  if (hasFields(expected) && hasFields(actual)) return compareFields(expected, actual, path, above);
  return isSame(expected, actual) ? [] : whole;
}

function compareItems(
  expected: readonly unknown[],
  actual: readonly unknown[],
  path: string,
  above: Above,
): Difference[] {
  if (isCompared(expected, actual, above)) return [];
  const within: Above = [...above, [expected, actual]];
  const [wanted, got] = [expected.length, actual.length];
  const lengths = wanted === got ? [] : [{ path: join(path, 'length'), expected: wanted, actual: got }];
  // By `Array.from`, for a hole in a list is an item, too.
  const common = Array.from({ length: Math.min(wanted, got) }, (_, index) =>
    compare(expected[index], actual[index], `${path}[${index}]`, within),
  );
  return [...lengths, ...common.flat()];
}

function compareFields(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  path: string,
  above: Above,
): Difference[] {
  if (isCompared(expected, actual, above)) return [];
  const within: Above = [...above, [expected, actual]];
  // What an object inherits, such as `toString`, is no field of it.
  const field = (key: string) => (Object.hasOwn(actual, key) ? actual[key] : undefined);
  return Object.keys(expected).flatMap((key) => compare(expected[key], field(key), join(path, key), within));
}

function isCompared(expected: object, actual: object, above: Above): boolean {
  return above.some(([upper, counterpart]) => upper === expected && counterpart === actual);
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
