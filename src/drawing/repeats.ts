/** Shows each message once: an error with the same message as its violation omits it. */

import type { TimelineEntry } from '../timeline/entry.js';

/** The same entries, without messages that were already `said`, or by an earlier violation with the same cause. */
export function withoutRepeats(entries: readonly TimelineEntry[], said = ''): TimelineEntry[] {
  const violations = new Map<number | undefined, string>();
  return entries.map((entry) => {
    if (entry.event !== 'violation' && entry.event !== 'error') return entry;
    const message: unknown = Reflect.get(Object(entry.payload), 'message');
    if (typeof message !== 'string' || message === '') return entry;
    const isRepeat = entry.event === 'error' && violations.get(entry.cause?.entry) === message;
    if (entry.event === 'violation') violations.set(entry.cause?.entry, message);
    return isRepeat || said.includes(message) ? withoutMessage(entry) : entry;
  });
}

/** A copy of the entry for drawing only. */
function withoutMessage(entry: TimelineEntry): TimelineEntry {
  return { ...entry, payload: { ...entry.payload, message: undefined } } as unknown as TimelineEntry;
}
