/** What a first, undisturbed run has shown of a worker. Faults are drawn where the worker gets to. Pure. */

import type { TimelineEntry } from '../timeline/entry.js';

/** How far an undisturbed worker gets. */
export interface Shape {
  /** Number of sequence numbers, from 0. */
  readonly fragments: number;
  /** Whether a stream was completed. */
  readonly completes: boolean;
}

/** The shape of the run with these entries. */
export function shapeOf(entries: readonly TimelineEntry[]): Shape {
  const numbers = entries.flatMap(({ event, sequenceNumber }) =>
    event === 'fragment:data' && sequenceNumber !== undefined ? [sequenceNumber] : [],
  );
  return {
    fragments: numbers.reduce((most, number) => Math.max(most, number + 1), 0),
    completes: entries.some(({ event }) => event === 'stream:complete'),
  };
}
