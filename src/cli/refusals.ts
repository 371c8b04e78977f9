/** One line of the log for a message that is refused: what came, and the `error` that was sent back with its code and its sentence. */

import type { TimelineEntry } from '../timeline/entry.js';

/** An entry to log; with `refused`, it is the `error` that refuses that message. */
export interface Logged {
  readonly entry: TimelineEntry;
  readonly refused?: TimelineEntry;
}

/** Events that stand for messages which cannot be read. */
const UNREADABLE: readonly string[] = ['malformed', 'unknown'];

/** `entries` are those of one turn: a message, the violation that it is, and its `error`. */
export function foldRefusals(entries: readonly TimelineEntry[]): Logged[] {
  const hidden = new Set<TimelineEntry>();
  const refusedBy = new Map<TimelineEntry, TimelineEntry>();
  for (const message of entries.filter(({ direction }) => direction === 'in')) {
    const effects = entries.filter(({ cause }) => cause?.entry === message.n);
    const violation = effects.find(({ event }) => event === 'violation');
    // One by a rule is a fault of the service, and no refusal.
    const error = effects.find(({ event, cause }) => event === 'error' && cause?.rule === undefined);
    if (violation === undefined && !UNREADABLE.includes(message.event)) continue;
    if (error !== undefined) refusedBy.set(error, message);
    if (error !== undefined && violation !== undefined) hidden.add(violation);
    if (error !== undefined || UNREADABLE.includes(message.event)) hidden.add(message);
  }
  return entries
    .filter((entry) => !hidden.has(entry))
    .map((entry) => {
      const refused = refusedBy.get(entry);
      return refused === undefined ? { entry } : { entry, refused };
    });
}
