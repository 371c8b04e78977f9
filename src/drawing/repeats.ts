/** Each fact once: the message of an error stands with the violation that it answers, if it is the same. */

import type { TimelineEntry } from '../timeline/entry.js';

/** The same entries, those without their message that has been `said` already, or by a violation of the same cause before. */
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

/** Only what draws it sees it. */
function withoutMessage(entry: TimelineEntry): TimelineEntry {
  return { ...entry, payload: { ...entry.payload, message: undefined } } as unknown as TimelineEntry;
}
