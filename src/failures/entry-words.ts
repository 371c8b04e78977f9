/** Entries of the timeline in a few words. */

import type { Bounds } from '../criteria/occurrences.js';
import { summarize } from '../drawing/summary.js';
import type { TimelineEntry } from '../timeline/entry.js';

/** Maximum number of entries that are listed. */
const MOST_LISTED = 5;

/** An entry in a few words, with its number. */
export function about(entry: TimelineEntry): string {
  return `#${entry.n} ${summarize(entry)}`;
}

export function listed(entries: readonly TimelineEntry[]): string[] {
  const others = entries.length - MOST_LISTED;
  const more = others > 0 ? [`${others} earlier ${others === 1 ? 'one' : 'ones'}, and`] : [];
  return [...more, ...entries.slice(-MOST_LISTED).map(about)];
}

/** The required number of times, in words. */
export function describeBounds({ atLeast, atMost }: Bounds): string {
  if (atMost === 0) return 'never';
  if (atLeast === atMost) return `exactly ${times(atLeast)}`;
  if (atMost === Number.POSITIVE_INFINITY) return `at least ${times(atLeast)}`;
  return atLeast === 0 ? `at most ${times(atMost)}` : `${atLeast} to ${atMost} times`;
}

/** A number of times, in words. */
export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
