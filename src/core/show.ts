/** How a received value is shown in a message: always short. */

/** Maximum length of a client's text that is shown or stored, in characters. */
export const SHOWN_CHARACTERS = 80;

/** Shows the value in a few words: strings quoted and truncated, objects and lists only by type. */
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

/** A string that looks like a number, a boolean, null or undefined. */
const LIKE_A_VALUE = /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|true|false|null|undefined)\s*$/i;

/** Like `show`, where another type is expected: `"5"` is easily mistaken for a number, so it is called a text. */
export function typed(value: unknown): string {
  return typeof value === 'string' && LIKE_A_VALUE.test(value) ? `the text ${show(value)}` : show(value);
}

/** The question that a text about a misspelt name begins with. */
export function didYouMean(name: string): string {
  return `Did you mean \`${name}\`?`;
}

/** Whether the value can be awaited, from whichever realm or library. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

/** The text itself if it is short, otherwise its beginning. */
export function abbreviate(text: string, longest = SHOWN_CHARACTERS): string {
  if (text.length <= longest) return text;
  // A slice keeps its whole parent alive in V8; joining characters makes an independent string.
  return `${Array.from(text.slice(0, longest)).join('')}…`;
}

/** Shows fields as in code, on one line, without those that are undefined. */
export function showFields(fields: object): string {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  const shown = (value: unknown) => (typeof value === 'string' ? `'${abbreviate(value)}'` : show(value));
  return `{ ${known.map(([name, value]) => `${name}: ${shown(value)}`).join(', ')} }`;
}

/** The message of anything that was thrown, even if it throws when it is read. */
export function wordsOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.message}` : show(thrown);
  } catch {
    return 'a value that cannot be shown';
  }
}
