/**
 * Text in terminal cells: its width, truncation, padding and wrapping, and which characters must be escaped.
 *
 * An approximation that is never too narrow: each code point counts, wide East Asian ones and emoji as two cells,
 * combining marks and joiners as none. A terminal that draws joined emoji as one shows a shorter line, never a longer
 * one. Right-to-left text is counted correctly, but the terminal decides where it appears.
 */

const PLAIN = /^[ -~]*$/;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** U+FE0F is not one of these: it makes the preceding character an emoji, and so one cell wider. */
const WITHOUT_WIDTH = /(?!\ufe0f)[\p{Mn}\p{Me}\u200d]/u;
/**
 * What would break a line, move the cursor, reverse the direction, or be invisible. U+200D joins emoji and may stay.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, with invisible and control characters escaped. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (sign) => SHORT_ESCAPES[sign] ?? unicodeEscape(sign.codePointAt(0) ?? 0));
}

/** The width of the text in cells; it must be `visible`. */
export function cellsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const sign of text) cells += widthOf(sign);
  return cells;
}

/** The width of the widest text in cells. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((cells, text) => Math.max(cells, cellsOf(text)), 0);
}

/** The text itself if it fits, otherwise its beginning and `…`. */
export function crop(text: string, cells: number): string {
  if (cells < 1) return '';
  return cellsOf(text) <= cells ? text : `${take(text, cells - 1)[0].trimEnd()}…`;
}

/** The text itself if it fits, otherwise its beginning, `…` and its end: ids often differ in their last characters. */
export function cropMiddle(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  const tailCells = Math.floor((cells - 1) / 2);
  const [head] = take(text, cells - 1 - tailCells);
  const [reversedTail] = take(backwards(text), tailCells);
  return `${head}…${backwards(reversedTail)}`;
}

/** The text padded with spaces at the end. */
export function padEnd(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
}

/**
 * Wraps the text to at most `mostRows` rows of `cells` cells, between words if possible, with `…` for what is omitted.
 * `cells` is at least 2, because a wide character needs two.
 */
export function wrap(text: string, cells: number, mostRows: number): string[] {
  // One row more than shown is enough to know that some are omitted: the sender decides how long a text is.
  const rows = broken(text, cells, mostRows + 1);
  if (rows.length <= mostRows) return rows;
  const last = rows[mostRows - 1] ?? '';
  return [...rows.slice(0, mostRows - 1), `${take(last, cells - 1)[0].trimEnd()}…`];
}

function broken(text: string, cells: number, mostRows: number): string[] {
  const rows: string[] = [];
  let row = '';
  // Trim the end first: otherwise the pattern looks for a word after each blank.
  for (const [word] of text.trimEnd().matchAll(/\s*\S+/g)) {
    if (cellsOf(row + word) <= cells) {
      row += word;
      continue;
    }
    if (row !== '') rows.push(row);
    row = word.trimStart();
    while (cellsOf(row) > cells && rows.length < mostRows) {
      const [head, rest] = take(row, Math.max(cells, 2));
      rows.push(head);
      row = rest;
    }
    if (rows.length >= mostRows) return rows;
  }
  return row === '' ? rows : [...rows, row];
}

/** The beginning that fits, and the rest. */
function take(text: string, cells: number): [head: string, rest: string] {
  let head = '';
  let left = cells;
  for (const sign of text) {
    left -= widthOf(sign);
    if (left < 0) break;
    head += sign;
  }
  return [head, text.slice(head.length)];
}

function widthOf(sign: string): number {
  if (PLAIN.test(sign)) return 1;
  if (WITHOUT_WIDTH.test(sign)) return 0;
  return WIDE.test(sign) ? 2 : 1;
}

function backwards(text: string): string {
  return Array.from(text).reverse().join('');
}

function unicodeEscape(codePoint: number): string {
  const digits = codePoint.toString(16);
  return codePoint > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}
