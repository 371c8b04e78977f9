/** Where the table of a passed `explore` goes: runners show console output with its test. */

import type { ExploreReport } from './report.js';

export function print({ text }: ExploreReport): void {
  console.log(text);
}
