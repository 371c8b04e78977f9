/** A point in the timeline, as callers name it: an entry, or the number of one. What counts is what comes after it. */

import * as v from 'valibot';
import { field, integer, isRecord } from '../checks/fields.js';
import type { PointInTimeline, TimelineEntry } from '../timeline/entry.js';

const number = integer(0);
const entry = field<TimelineEntry>(
  'an entry of the timeline, or the number of one',
  (value) => isRecord(value) && v.is(integer(1), Reflect.get(value, 'n')),
);

/** The number of the entry; 0 for the beginning. */
export const pointInTimeline = v.pipe(
  v.lazy((value) => (typeof value === 'number' ? number : entry)),
  v.transform((point: PointInTimeline) => (typeof point === 'number' ? point : point.n)),
);
