/** Where audio came that a test awaits in a fragment: it may be there under another number. */

import { hasFields } from '../criteria/difference.js';
import type { EntryCriteria } from '../criteria/entry-criteria.js';
import { about } from '../failures/entry-words.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { keyOf } from './audio-places.js';

/** Maximum number of fragments with that audio that are shown. */
const MOST_SHOWN = 3;

/** One line for each fragment with the audio that is awaited, unless none is awaited by its hash. */
export function whereaboutsOf({ event, where }: EntryCriteria, entries: readonly TimelineEntry[]): string[] {
  const key = keyIn(where);
  const fragments = entries.filter((entry) => entry.event === 'fragment:data');
  if (event !== 'fragment:data' || key === undefined || fragments.length === 0) return [];
  const carriers = fragments.filter(
    ({ payload }) => keyOf({ size: payload.audio.bytes, hash: payload.audio.hash }) === key,
  );
  if (carriers.length === 0) return ['what was awaited came in no fragment: unknown'];
  const others = carriers.length - MOST_SHOWN;
  return [
    ...carriers.slice(0, MOST_SHOWN).map((entry) => `what was awaited came as ${about(entry)}`),
    ...(others > 0 ? [`and in ${others} more`] : []),
  ];
}

/** Of the audio in a part of a payload. */
function keyIn(where: unknown): string | undefined {
  const { bytes, hash } = hasFields(where) && hasFields(where['audio']) ? where['audio'] : {};
  return typeof bytes === 'number' && typeof hash === 'string' ? keyOf({ size: bytes, hash }) : undefined;
}
