/** What `explore` prints: runners show console output with its test. */

import type { ExploreReport } from './report.js';

/** The table of an exploration in which all runs passed. */
export function print({ text }: ExploreReport): void {
  console.log(text);
}

/** One sentence while a test still runs. */
export function printNotice(sentence: string): void {
  console.warn(sentence);
}
