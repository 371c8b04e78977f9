/** What the formats say of entries that are not there. */

/** One line about the older entries that were dropped; none when there were none. */
export function droppedEntries(dropped: number): string[] {
  if (dropped <= 0) return [];
  return [`… ${dropped} older ${dropped === 1 ? 'entry was' : 'entries were'} dropped`];
}

/** In place of an empty list. */
export function noEntries(dropped: number): string {
  return `Nothing has happened ${dropped > 0 ? 'since' : 'yet'}.`;
}
