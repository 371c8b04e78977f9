/** Where something in a test's hand comes from, when it is an entry of a timeline, and what was done to it on purpose. */

import { hasFields } from '../criteria/difference.js';
import { about } from '../failures/failure-text.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { DIRECTIONS } from '../timeline/event-names.js';

/** The entry in a few words; nothing of anything else. */
export function originOf(source: unknown): string[] {
  return isEntry(source) ? [`${about(source)}${faultOf(source)}`] : [];
}

/** The rule that has put a fault into it, behind a space; empty when there is no fault. */
export function faultOf(entry: TimelineEntry | undefined): string {
  const { fault, rule } = entry?.cause ?? {};
  return fault === undefined ? '' : ` (by ${rule ?? `the fault ${fault}`})`;
}

function isEntry(source: unknown): source is TimelineEntry {
  if (!hasFields(source) || typeof source['n'] !== 'number' || !hasFields(source['payload'])) return false;
  return typeof source['event'] === 'string' && Object.hasOwn(DIRECTIONS, source['event']);
}
