/** Entries before the `since` of a wait, in the text of its failure. */

import type { Difference } from '../criteria/difference.js';
import { SINCE } from '../criteria/entry-criteria.js';

/** An entry, and its differences from what was awaited. */
interface Candidate {
  readonly differences: readonly Difference[];
}

/** Keeps only the first of the entries that are merely too early, before the others: it is the nearest. */
export function withOneEarly<Each extends Candidate>(candidates: readonly Each[]): Each[] {
  const isMerelyEarly = ({ differences }: Each) => differences.every(({ path }) => path === SINCE);
  const early = candidates.find(isMerelyEarly);
  const others = candidates.filter((candidate) => !isMerelyEarly(candidate));
  return early === undefined ? others : [early, ...others];
}

/** Why the entry with that number does not count, as a predicate. */
export function beforeSince(n: number, since: number): string {
  return n === since ? `is the \`since\` #${since} itself` : `is before \`since\` #${since}`;
}
