/**
 * What is wrong with a value, in words: first the name that it may be a misspelling of, then what was expected, then what came.
 * Every text about a name that is not one of the known is made here.
 */

import { didYouMean, show } from '../core/show.js';
import { meantBy } from './spelling.js';

/** The largest number of names that are all listed. */
const MOST_LISTED = 8;
/** How many are listed of more. */
const LISTED_OF_MORE = 5;
const HINT = /^Did you mean `[^`]+`\? /;

/** The finding, behind the nearest of the names where one is near. */
export function withHint(came: unknown, names: readonly string[], finding: string): string {
  const near = typeof came === 'string' ? meantBy(came, names) : undefined;
  return near === undefined ? finding : `${didYouMean(near)} ${finding.charAt(0).toUpperCase()}${finding.slice(1)}`;
}

/** `one of "a", "b", "c", "d", "e" and 22 more`, or all where there are few. */
export function oneOfThese(
  choices: readonly (string | number)[],
  write: (choice: string | number) => string = show,
): string {
  const listed = choices.length > MOST_LISTED ? choices.slice(0, LISTED_OF_MORE) : choices;
  const more = listed.length < choices.length ? ` and ${choices.length - listed.length} more` : '';
  return `${choices.length > 1 ? 'one of ' : ''}${listed.map(write).join(', ')}${more}`;
}

/** The text with these words before it; its hint stays in front. */
export function behindHint(words: string, text: string): string {
  const [hint = ''] = HINT.exec(text) ?? [];
  const rest = text.slice(hint.length);
  return `${hint}${words}${rest.charAt(0).toLowerCase()}${rest.slice(1)}`;
}

/** As sentences; those with a hint come first. */
export function sentences(findings: readonly string[]): string {
  const hinted = findings.filter((finding) => HINT.test(finding));
  const plain = findings.filter((finding) => !HINT.test(finding));
  return [...hinted, ...plain].map((finding) => `${finding}.`).join(' ');
}
