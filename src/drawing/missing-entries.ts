/** Remarks of the formats about missing entries. */

/** One line about dropped older entries; none if none were dropped. */
export function droppedEntries(dropped: number): string[] {
  if (dropped <= 0) return [];
  return [`… ${dropped} older ${dropped === 1 ? 'entry was' : 'entries were'} dropped`];
}

/** The text in place of an empty list. */
export function noEntries(dropped: number): string {
  return `Nothing has happened ${dropped > 0 ? 'since' : 'yet'}.`;
}
