/** Entries of a timeline, as tests compare them. */

import type { TimelineEntry } from 'echo-sts';

/** Each entry in short: its number, its direction, its event, the fragment it is about, and what is behind it. */
export function outline(entries: readonly TimelineEntry[]): string[] {
  return entries.map(({ n, direction, event, sequenceNumber, cause }) =>
    [n, direction, event, sequenceNumber, cause && JSON.stringify(cause)]
      .filter((part) => part !== undefined)
      .join(' '),
  );
}
