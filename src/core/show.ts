/** How a value that somebody sent is shown in a message: short, however large it is. */

/** Longest text that is shown or remembered of something a client chose, in characters. */
export const SHOWN_CHARACTERS = 80;

/** The value in a few words: texts in quotes and cut, objects and lists by name only. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty string' : `"${abbreviate(value)}"`;
  if (Array.isArray(value)) return 'a list';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return 'binary data';
  if (typeof value === 'function') return 'a function';
  if (isPromise(value)) return 'a promise';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** What a text would be if it were no text: a number, or a word that stands for a value. */
const LIKE_A_VALUE = /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|true|false|null|undefined)\s*$/i;

/** The same where a value of another type is expected: `"5"` is easily taken for a number, so it is called a text. */
export function typed(value: unknown): string {
  return typeof value === 'string' && LIKE_A_VALUE.test(value) ? `the text ${show(value)}` : show(value);
}

/** Whether it can be awaited, whichever realm or library it is of. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

/** The text itself where it is short; else its beginning. */
export function abbreviate(text: string, longest = SHOWN_CHARACTERS): string {
  if (text.length <= longest) return text;
  // A slice keeps its whole parent alive in V8; joining characters makes a string of its own.
  return `${Array.from(text.slice(0, longest)).join('')}…`;
}

/** Fields as they are written in code, on one line; those without a value are left out. */
export function showFields(fields: object): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  const shown = (value: unknown) => (typeof value === 'string' ? `'${abbreviate(value)}'` : show(value));
  return `{ ${known.map(([name, value]) => `${name}: ${shown(value)}`).join(', ')} }`;
}

/** What there is to say of what was thrown, whatever that is: also of what throws when it is looked at. */
export function wordsOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.message}` : show(thrown);
  } catch {
    return 'what cannot be shown';
  }
}
