/**
 * Text in the cells of a terminal: how wide it is, cut, padded and broken into rows, and what of it must be shown escaped.
 *
 * An approximation, on the side of too wide: each code point counts for itself, East Asian wide ones and emoji two cells,
 * combining marks and joiners none. A terminal that draws a family of four as one picture shows a shorter line, never a
 * longer one. Text that runs from right to left counts right, but stands where the terminal puts it.
 */

const PLAIN = /^[ -~]*$/;
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
/** U+FE0F is none of these: it makes the sign before it an emoji, and so one cell wider. */
const WITHOUT_WIDTH = /(?!\ufe0f)[\p{Mn}\p{Me}\u200d]/u;
/** What would break a line, move the cursor, turn the writing around, or not be seen; U+200D joins emoji and may stay. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?!\u200d)\p{Cf}/gu;
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, with whatever cannot be seen, or does something, as an escape. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (sign) => SHORT_ESCAPES[sign] ?? unicodeEscape(sign.codePointAt(0) ?? 0));
}

/** How many cells the text takes; it must be `visible`. */
export function cellsOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let cells = 0;
  for (const sign of text) cells += widthOf(sign);
  return cells;
}

/** How many cells the widest of them takes. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((cells, text) => Math.max(cells, cellsOf(text)), 0);
}

/** The text itself where it fits; else its beginning and `…`. */
export function crop(text: string, cells: number): string {
  if (cells < 1) return '';
  return cellsOf(text) <= cells ? text : `${take(text, cells - 1)[0].trimEnd()}…`;
}

/** The text itself where it fits; else its beginning, `…` and its end: ids often differ in their last characters. */
export function cropMiddle(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  const tailCells = Math.floor((cells - 1) / 2);
  const [head] = take(text, cells - 1 - tailCells);
  const [reversedTail] = take(backwards(text), tailCells);
  return `${head}…${backwards(reversedTail)}`;
}

/** With spaces at its end. */
export function padEnd(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
}

/**
 * At most so many rows of at most so many cells, broken between words where there are any; `…` for what is left out.
 * Two cells are the least: a wide character needs them.
 */
export function wrap(text: string, cells: number, mostRows: number): string[] {
  // No more of them than show that some are left out: whoever sends a text decides how long it is.
  const rows = broken(text, cells, mostRows + 1);
  if (rows.length <= mostRows) return rows;
  const last = rows[mostRows - 1] ?? '';
  return [...rows.slice(0, mostRows - 1), `${take(last, cells - 1)[0].trimEnd()}…`];
}

function broken(text: string, cells: number, mostRows: number): string[] {
  const rows: string[] = [];
  let row = '';
  // The blanks at the end first: the pattern would look for a word behind each of them.
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
