/** Whether a name is another one misspelt, and which. */

/** So many letters may be wrong, missing or too many. */
const MOST_SLIPS = 2;
/** Whoever sends longer names does not misspell them. */
const LONGEST = 60;

/** The one of the names that is most likely meant, if any is. */
export function meantBy(name: string, names: readonly string[]): string | undefined {
  return names.filter((each) => isMisspelt(name, each)).sort((one, other) => apart(name, one) - apart(name, other))[0];
}

/** Upper case and what stands between the letters do not count. */
export function isMisspelt(name: string, meant: string): boolean {
  if (name.length > LONGEST) return false;
  return apart(name, meant) <= MOST_SLIPS;
}

function apart(name: string, meant: string): number {
  return slips(letters(name), letters(meant));
}

function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** The distance of Levenshtein: how many letters have to be put in, taken out or changed to make one of the other. */
function slips(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(from).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(to).entries()) {
      const [changed = 0, missing = 0, added = 0] = [row[column], row[column + 1], next[column]];
      next.push(Math.min(changed + (letter === other ? 0 : 1), missing + 1, added + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
