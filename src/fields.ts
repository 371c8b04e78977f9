/** The kinds of field that payloads and options are made of, each with the words for what it expects. */

import * as v from 'valibot';
import { show } from './core/show.js';

/** The message of every issue says what was expected and what came. */
export function field<Value>(expected: string, check: (value: unknown) => boolean) {
  return v.custom<Value>(check, (issue) => `expected ${expected}, got ${show(issue.input)}`);
}

/** `min` and `max` belong to it. */
export function integer(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY) {
  const range =
    max < Number.POSITIVE_INFINITY ? ` from ${min} to ${max}` : min > Number.NEGATIVE_INFINITY ? ` ≥ ${min}` : '';
  return field<number>(
    `an integer${range}`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  );
}

export function oneOf<const Choice extends string | number>(...choices: Choice[]) {
  const expected = `one of ${choices.map((choice) => JSON.stringify(choice)).join(', ')}`;
  return field<Choice>(expected, (value) => choices.some((choice) => choice === value));
}

export const text = field<string>('a string', (value) => typeof value === 'string');

export const nonEmptyText = field<string>(
  'a non-empty string',
  (value) => typeof value === 'string' && value.length > 0,
);

/** An object with at least these entries; others are tolerated (PROTOCOL §2). */
export function record<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(
    anObject<v.InferInput<v.ObjectSchema<Entries, string>>>(),
    v.object(entries, 'is required, but missing'),
  );
}

/** An object with these entries, all optional, and no others. */
export function closedRecord<const Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries).map((name) => `\`${name}\``);
  const unknownKey = `is not known; expected one of ${names.join(', ')}`;
  return v.pipe(anObject<v.InferInput<v.StrictObjectSchema<Entries, string>>>(), v.strictObject(entries, unknownKey));
}

function anObject<Shape>() {
  return field<Shape>('an object', isRecord);
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
