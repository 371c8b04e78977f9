/** The kinds of field that payloads and options are made of, each with the words for what it expects. */

import * as v from 'valibot';
import { ignoreRejection } from '../core/callers-function.js';
import { isPromise, SHOWN_CHARACTERS, show, typed } from '../core/show.js';
import { oneOfThese, withHint } from './finding.js';

const MISSING = 'is required, but missing';
/** What valibot expects at a key too many; where a key is missing, it expects the key. */
const NO_SUCH_NAME = 'never';

/** The message of every issue says what was expected and what came; `names` are the texts that a misspelt one may stand for. */
export function field<Value>(expected: string, check: (value: unknown) => boolean, names: readonly string[] = []) {
  return v.custom<Value>(check, ({ input }) => withHint(input, names, instead(expected, input, typed)));
}

/**
 * The same, of a value that is read into something else; `read` returns undefined for what is not expected, and `faultOf` where
 * that is wrong, as far as there is something to say.
 */
export function fieldReadInto<Output>(
  expected: string,
  read: (value: unknown) => Output | undefined,
  faultOf: (value: unknown) => string | undefined = () => undefined,
) {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, Output>(({ dataset: { value }, addIssue, NEVER }) => {
      const output = read(value);
      if (output !== undefined) return output;
      const fault = faultOf(value);
      addIssue({ message: `${instead(expected, value)}${fault === undefined ? '' : `: ${fault}`}` });
      return NEVER;
    }),
  );
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

/** How often or how many at most; the default of an optional one is checked like any other value. */
export const countOrInfinity = field<number>(
  'an integer ≥ 1, or Infinity',
  (value) => value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && Number(value) >= 1),
);

/** What a timer of Node's can count, milliseconds. */
const timerMs = integer(0, 2 ** 31 - 1);
const TIMEOUT = 'an integer from 0 to 2147483647, or Infinity';

/** A timeout in milliseconds; `Infinity` for no limit. */
export const timeoutMs = field<number>(TIMEOUT, isTimeout);

/** The same, as a text. */
export const timeoutMsText = fieldReadInto(TIMEOUT, (text) => {
  const isNumber = typeof text === 'string' && /^(\d+|Infinity)$/.test(text);
  return isNumber && isTimeout(Number(text)) ? Number(text) : undefined;
});

export function oneOf<const Choice extends string | number>(...choices: Choice[]) {
  return field<Choice>(
    oneOfThese(choices),
    (value) => choices.some((choice) => choice === value),
    choices.filter((choice) => typeof choice === 'string'),
  );
}

export const text = field<string>('a string', (value) => typeof value === 'string');

export const nonEmptyText = field<string>(
  'a non-empty string',
  (value) => typeof value === 'string' && value.length > 0,
);

export const trueOrFalse = field<boolean>('true or false', (value) => typeof value === 'boolean');

export const fraction = field<number>(
  'a number from 0 to 1',
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
);

/** A list of anything of that kind; `what` names the kind. */
export function listOf<Item extends v.GenericSchema>(item: Item, what: string) {
  return v.array(item, ({ input }) => `expected a list of ${what}, got ${typed(input)}`);
}

/** An object with at least these entries; others are tolerated (PROTOCOL §2). */
export function record<const Entries extends v.ObjectEntries>(entries: Entries) {
  return v.pipe(anObject<v.InferInput<v.ObjectSchema<Entries, string>>>(), v.object(entries, MISSING));
}

/** A field of `closedRecord` that is left out, or undefined, which is how JavaScript leaves a field out. */
export const absent = v.optional(v.never());

/** An object with these entries and no others. */
export function closedRecord<const Entries extends v.ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries).filter((name) => entries[name] !== absent);
  const wrongKey = ({ expected, input }: v.StrictObjectIssue) =>
    expected === NO_SUCH_NAME ? unknownName(input, names) : missing(entries[JSON.parse(expected)]);
  return v.pipe(
    anObject<v.InferInput<v.StrictObjectSchema<Entries, typeof wrongKey>>>(),
    v.strictObject(entries, wrongKey),
  );
}

/** A check of fields that have to go together: `problemOf` returns what is wrong with the field of that name, if anything. */
export function together<Fields extends object>(
  name: keyof Fields & string,
  problemOf: (fields: Fields) => string | undefined,
) {
  return v.rawCheck<Fields>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value: fields } = dataset;
    const message = problemOf(fields);
    const path = { type: 'unknown', origin: 'value', input: fields, key: name, value: fields[name] } as const;
    if (message !== undefined) addIssue({ message, path: [path] });
  });
}

/** Whether the issue is a name that `closedRecord` does not have: its message ends where the name has to follow. */
export function isUnknownName({ type, expected }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && expected === NO_SUCH_NAME;
}

/** Whether the value is an object by name: no list, no binary data, and no promise, whose fields nobody has awaited. */
export function isRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isPromise(value)) return false;
  return !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function isTimeout(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || v.is(timerMs, value);
}

/** What is wrong where a field is left out: it expects what its schema says when nothing comes. */
function missing(schema: v.GenericSchema | undefined): string {
  const [issue] = (schema && v.safeParse(schema, undefined).issues) ?? [];
  const [, expected] = /^(expected .+), got nothing$/.exec(issue?.message ?? '') ?? [];
  return expected === undefined ? MISSING : `${MISSING}: ${expected}`;
}

function unknownName(name: unknown, names: readonly string[]): string {
  const expected = oneOfThese(names, (each) => `\`${each}\``);
  return withHint(name, names, `Expected ${expected}, got the unknown name`);
}

function instead(expected: string, came: unknown, write = show): string {
  ignoreRejection(came);
  const length = typeof came === 'string' && came.length > SHOWN_CHARACTERS ? ` (${came.length} characters)` : '';
  return `expected ${expected}, got ${write(came)}${length}`;
}

function anObject<Shape>() {
  return field<Shape>('an object', isRecord);
}
