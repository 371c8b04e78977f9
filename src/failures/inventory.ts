/** Counts of each event, for failures where the awaited event is missing. */

import { eventName } from '../drawing/summary.js';
import type { Direction, TimelineEntry } from '../timeline/entry.js';
import { times } from './entry-words.js';

/** One line, or none without entries. Malformed and unknown events are listed by the name that the worker sent. */
export function inventory(entries: readonly TimelineEntry[], among: Direction): string[] {
  const counts = new Map<string, number>();
  for (const entry of entries.filter(({ direction }) => direction === among)) {
    const [event, name] = [entry.event, eventName(entry)];
    const what = event === name ? event : `${name} (${event})`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts.size === 0 ? [] : [[...counts].map(([event, count]) => `${event} ${times(count)}`).join(', ')];
}
