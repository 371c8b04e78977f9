/** The text for an entry of a timeline: which one it is, and the fault in it. */

import { show } from '../core/show.js';
import { hasFields } from '../criteria/difference.js';
import { about } from '../failures/entry-words.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { DIRECTIONS } from '../timeline/event-names.js';

/** One line for an entry; none for any other value. */
export function describeEntry(source: unknown): string[] {
  return isEntry(source) ? [`${about(source)}${describeFault(source)}`] : [];
}

/** One line for an entry with a fragment: which one, and who sent it; none for any other value. */
export function describeSender(source: unknown): string[] {
  if (!isEntry(source)) return [];
  const sender = source.direction === 'in' ? 'the worker' : 'the service';
  const { payload }: { readonly payload: Readonly<Record<string, unknown>> } = source;
  return describeEntry(source).map((line) => `${line}, sent by ${sender} as ${show(payload['fragment_id'])}`);
}

/** The rule that caused its fault, after a space; empty without a fault. */
export function describeFault(entry: TimelineEntry | undefined): string {
  const { fault, rule } = entry?.cause ?? {};
  return fault === undefined ? '' : ` (by ${rule ?? `the fault ${fault}`})`;
}

function isEntry(source: unknown): source is TimelineEntry {
  if (!hasFields(source) || typeof source['n'] !== 'number' || !hasFields(source['payload'])) return false;
  return typeof source['event'] === 'string' && Object.hasOwn(DIRECTIONS, source['event']);
}
