/** How often each event is there: what there is to say where the one that was awaited is not. */

import { eventName } from '../drawing/summary.js';
import type { Direction, TimelineEntry } from '../timeline/entry.js';
import { times } from './entry-words.js';

/** One line, or none when nothing is there; what was malformed or unknown goes by the name that it came with. */
export function inventory(entries: readonly TimelineEntry[], among: Direction): string[] {
  const counts = new Map<string, number>();
  for (const entry of entries.filter(({ direction }) => direction === among)) {
    const [event, name] = [entry.event, eventName(entry)];
    const what = event === name ? event : `${name} (${event})`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return counts.size === 0 ? [] : [[...counts].map(([event, count]) => `${event} ${times(count)}`).join(', ')];
}
