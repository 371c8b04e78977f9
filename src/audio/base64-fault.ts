/** Where a text is no standard base64 with padding (PROTOCOL §2, `audio.data_base64`), what stands there, and what to do. */

const DATA_URL = /^data:[^,]*,/i;
/** The first that base64 does not have, or has at its end alone. */
const STRANGE = /[^A-Za-z0-9+/]/;
const PADDING = /={1,2}$/;

/** What stands at a place where it must not. The first that fits counts; the last fits all. */
const STRANGERS: readonly (readonly [pattern: RegExp, name: string | undefined, advice: string])[] = [
  [/[\r\n]/, 'a line break', 'leave line breaks out'],
  [/\s/, 'a blank', 'leave blanks out'],
  [/[-_]/, undefined, 'that is the URL-safe alphabet: use "+" in place of "-" and "/" in place of "_"'],
  [/=/, undefined, 'padding ends a text: encode all of the bytes at once'],
  [/(?:)/, undefined, 'encode the bytes anew'],
];

/** By the length of the text without padding: what is left of it behind the last four. */
const LEFT_OVER: Readonly<Record<number, string>> = {
  1: 'a character is missing, or is one too many: encode the bytes anew',
  2: 'the padding is wrong: "==" has to stand at its end',
  3: 'the padding is wrong: "=" has to stand at its end',
};

/** In words, to follow the text itself; undefined where it is standard base64. Positions count from 0. */
export function describeBase64Fault(text: string): string | undefined {
  if (DATA_URL.test(text)) return describeDataUrl(text);
  const body = text.replace(PADDING, '');
  const position = body.search(STRANGE);
  if (position !== -1) return describeStranger(body, position);
  if (text.length % 4 === 0 && body.length % 4 !== 1) return undefined;
  const fault = LEFT_OVER[body.length % 4] ?? 'the padding is wrong: nothing has to stand at its end';
  return `${text.length} characters; ${fault}`;
}

function describeDataUrl(text: string): string {
  const advice = /;base64,/i.test(text.slice(0, text.indexOf(',') + 1))
    ? 'send what stands behind `base64,`'
    : 'send the bytes in base64, without what stands before the comma';
  return `a data URL: ${advice}`;
}

function describeStranger(body: string, position: number): string {
  const stranger = String.fromCodePoint(body.codePointAt(position) ?? 0);
  const [, name, advice = ''] = STRANGERS.find(([pattern]) => pattern.test(stranger)) ?? [];
  return `at position ${position} (the first is 0) stands ${name ?? JSON.stringify(stranger)}; ${advice}`;
}
