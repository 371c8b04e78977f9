/** The values that can be sent between processes: JSON, and special forms for a few values that JSON lacks. */

import { EchoStsError } from '../checks/errors.js';
import { isRecord } from '../checks/fields.js';
import { ignoreRejection } from '../core/callers-function.js';
import { isPromise } from '../core/show.js';
import { isAsymmetric } from '../criteria/difference.js';

/** `{ "$": "Infinity" }` means the number. An object that itself has this form is wrapped again. */
const MARK = '$';
const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['undefined', undefined],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['NaN', Number.NaN],
]);
/** Maximum nesting; deeper values, including circular ones, are refused. */
const MAX_DEPTH = 64;

/** The place of a value: the function that takes or returns it, and the path to it. */
interface Place {
  readonly called: string;
  readonly isAnswer: boolean;
  readonly path: readonly (string | number)[];
}

/**
 * Returns the value as JSON. Throws an `EchoStsError` (`NOT_SERIALIZABLE`) that names the place of a value that cannot
 * be sent.
 */
export function toJson(called: string, value: unknown, argument: number | 'answer'): unknown {
  return encode(value, { called, isAnswer: argument === 'answer', path: [argument] });
}

/** Returns the value that the JSON represents. Throws an `EchoStsError` (`INVALID_OPTION`). */
export function fromJson(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH)
    throw new EchoStsError('INVALID_OPTION', `A value is nested deeper than ${MAX_DEPTH}; flatten it.`);
  if (Array.isArray(value)) return value.map((item) => fromJson(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  if (!isPlain(value)) throw new EchoStsError('INVALID_OPTION', 'Binary data cannot be sent; send base64 text.');
  if (isMarked(value)) return decodeMarked(value[MARK], depth);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fromJson(part, depth + 1)]));
}

function encode(value: unknown, place: Place): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [MARK]: String(value) };
  if (value === undefined) return { [MARK]: 'undefined' };
  if (typeof value !== 'object' || isAsymmetric(value) || place.path.length > MAX_DEPTH) throw toError(value, place);
  if (Array.isArray(value)) return Array.from(value, (item, index) => encode(item, within(place, index)));
  if (!isPlain(value)) throw toError(value, place);
  // An argument may require that a field is absent. In a reply, absent and undefined are the same.
  const fields = Object.entries(value).filter(([, part]) => part !== undefined || !place.isAnswer);
  const plain = Object.fromEntries(fields.map(([name, part]) => [name, encode(part, within(place, name))]));
  return isMarked(plain) ? { [MARK]: plain } : plain;
}

function decodeMarked(word: unknown, depth: number): unknown {
  if (typeof word === 'string' && WORDS.has(word)) return WORDS.get(word);
  if (isPlain(word) && isMarked(word)) return { [MARK]: fromJson(word[MARK], depth + 1) };
  const known = [...WORDS.keys()].map((name) => JSON.stringify(name)).join(', ');
  throw new EchoStsError('INVALID_OPTION', `An object with the single key "${MARK}" must contain one of ${known}.`);
}

function isMarked(value: object): value is { readonly [MARK]: unknown } {
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === MARK;
}

function isPlain(value: unknown): value is object {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm, as in jest, has the prototype of that realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function within(place: Place, step: string | number): Place {
  return { ...place, path: [...place.path, step] };
}

/** What to use instead of a function, by the name of its field. */
const ADVICE: ReadonlyMap<string | number | undefined, string> = new Map([
  ['where', 'pass the required part of the payload, field by field, or inspect `await timeline()` yourself'],
  ['when', 'pass conditions such as { sequenceNumber: 5 }'],
  ['streamId', 'pass the beginning of the stream ids'],
  ['delayMs', 'pass a number, { min, max } or { p50, p99 }'],
]);

function toError(value: unknown, { called, isAnswer, path }: Place): EchoStsError {
  ignoreRejection(value);
  const [argument, ...steps] = path;
  const inside = steps.length > 0 ? ` in \`${steps.join('.')}\`` : ` as argument ${Number(argument) + 1}`;
  const what = typeof value === 'object' && value !== null ? describe(value) : withArticle(typeof value);
  if (isAnswer) {
    const message = `\`${called}\` contains ${what}${inside}, which cannot be sent to another process; read it in the process of the fixture.`;
    return new EchoStsError('NOT_SERIALIZABLE', message);
  }
  const advice = adviceFor(value, called === 'setDelay' ? 'delayMs' : path.at(-1));
  const message = `\`${called}\` got ${what}${inside}, which cannot be sent to the process of the fixture; ${advice}.`;
  return new EchoStsError('NOT_SERIALIZABLE', message);
}

function describe(value: object): string {
  if (isAsymmetric(value)) return 'an asymmetric matcher';
  if (isPromise(value)) return 'a promise';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'binary data';
  if (Array.isArray(value) || isPlain(value)) return `something nested deeper than ${MAX_DEPTH}`;
  return `an instance of ${Object.getPrototypeOf(value)?.constructor?.name || 'a class'}`;
}

function adviceFor(value: unknown, field: string | number | undefined): string {
  if (typeof value === 'function') return ADVICE.get(field) ?? 'pass plain data';
  if (isPromise(value)) return '`await` it and pass what it resolves with';
  if (isAsymmetric(value)) return 'pass the value itself, or inspect `await timeline()` with the matcher';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'pass base64 text';
  return 'pass plain data: texts, numbers, lists and objects';
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
