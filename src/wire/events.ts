/** All events that a worker or a test suite may send (PROTOCOL §2), by their names. */

import type { ReadAudio } from '../audio/audio-digest.js';
import { checkAudio, fragmentData } from './fragment-data.js';
import type { Row } from './row.js';
import { STREAM_EVENTS } from './stream-events.js';
import { CONTROL_EVENTS } from './test-events.js';

export type Events = ReadonlyMap<unknown, Row>;

/** The audio among what comes is read by `read`. */
export function eventsWith(read: ReadAudio): Events {
  return new Map(Object.entries({ ...STREAM_EVENTS, 'fragment:data': fragmentData(read), ...CONTROL_EVENTS }));
}

export const EVENTS = eventsWith(checkAudio);
