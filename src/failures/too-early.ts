/** What came before the entry that a wait begins at, in the text of its failure. */

import type { Difference } from '../criteria/difference.js';
import { SINCE } from '../criteria/entry-criteria.js';

/** Something that came, and in what it differs from what was awaited. */
interface Candidate {
  readonly differences: readonly Difference[];
}

/** Of those that merely came too early the first stands for all, before the others: it is the nearest, and leaves room for them. */
export function withOneEarly<Each extends Candidate>(candidates: readonly Each[]): Each[] {
  const isMerelyEarly = ({ differences }: Each) => differences.every(({ path }) => path === SINCE);
  const early = candidates.find(isMerelyEarly);
  const others = candidates.filter((candidate) => !isMerelyEarly(candidate));
  return early === undefined ? others : [early, ...others];
}

/** Why the entry with that number does not count; it is the subject. */
export function beforeSince(n: number, since: number): string {
  return n === since ? `is the \`since\` #${since} itself` : `came before \`since\` #${since}`;
}
