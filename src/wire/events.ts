/** All events that a worker or a test suite may send (PROTOCOL §2), by their names. */

import type { ReadAudio } from '../audio/audio-digest.js';
import type { Same } from '../checks/same.js';
import { checkAudio, fragmentData } from './fragment-data.js';
import type { InboundPayloads } from './payloads.js';
import type { EventRow } from './row.js';
import { STREAM_EVENTS } from './stream-events.js';
import { CONTROL_EVENTS } from './test-events.js';

export type Events = ReadonlyMap<unknown, EventRow>;

/** The audio among what comes is read by `read`. */
export function eventsWith(read: ReadAudio): Events {
  return new Map(Object.entries({ ...STREAM_EVENTS, 'fragment:data': fragmentData(read), ...CONTROL_EVENTS }));
}

// With the two that PROTOCOL §2 does not list.
true satisfies Same<
  keyof InboundPayloads,
  keyof typeof STREAM_EVENTS | 'fragment:data' | keyof typeof CONTROL_EVENTS | 'malformed' | 'unknown'
>;

export const EVENTS = eventsWith(checkAudio);
