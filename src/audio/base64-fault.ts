/**
 * Why a text is not standard base64 with padding (PROTOCOL §2, `audio.data_base64`): where, what is there, and what to
 * do.
 */

const DATA_URL = /^data:[^,]*,/i;
/** A character that base64 does not have, or only at its end. */
const STRANGE = /[^A-Za-z0-9+/]/;
const PADDING = /={1,2}$/;

/** Invalid characters. The first match counts; the last matches all. */
const STRANGERS: readonly (readonly [pattern: RegExp, name: string | undefined, advice: string])[] = [
  [/[\r\n]/, 'a line break', 'remove line breaks'],
  [/\s/, 'a blank', 'remove blanks'],
  [/[-_]/, undefined, 'this is the URL-safe alphabet: use "+" instead of "-" and "/" instead of "_"'],
  [/=/, undefined, 'padding is allowed only at the end: encode all of the bytes at once'],
  [/(?:)/, undefined, 'encode the bytes again'],
];

/** By the length of the text without padding, modulo 4. */
const LEFT_OVER: Readonly<Record<number, string>> = {
  1: 'there is one character too few or too many: encode the bytes again',
  2: 'the padding is wrong: the text must end with "=="',
  3: 'the padding is wrong: the text must end with "="',
};

/** Describes the fault, to follow the text itself; undefined for standard base64. Positions count from 0. */
export function describeBase64Fault(text: string): string | undefined {
  if (DATA_URL.test(text)) return describeDataUrl(text);
  const body = text.replace(PADDING, '');
  const position = body.search(STRANGE);
  if (position !== -1) return describeStranger(body, position);
  if (text.length % 4 === 0 && body.length % 4 !== 1) return undefined;
  const fault = LEFT_OVER[body.length % 4] ?? 'the padding is wrong: the text must end without "="';
  return `${text.length} characters; ${fault}`;
}

function describeDataUrl(text: string): string {
  const advice = /;base64,/i.test(text.slice(0, text.indexOf(',') + 1))
    ? 'send only what follows `base64,`'
    : 'send the bytes in base64, without the part before the comma';
  return `a data URL: ${advice}`;
}

function describeStranger(body: string, position: number): string {
  const stranger = String.fromCodePoint(body.codePointAt(position) ?? 0);
  const [, name, advice = ''] = STRANGERS.find(([pattern]) => pattern.test(stranger)) ?? [];
  return `${name ?? JSON.stringify(stranger)} at position ${position} (the first is 0); ${advice}`;
}
