/** All events that a worker or a test suite may send (PROTOCOL §2), by their names. */

import { FRAGMENT_DATA } from './fragment-data.js';
import type { Row } from './row.js';
import { STREAM_EVENTS } from './stream-events.js';
import { CONTROL_EVENTS } from './test-events.js';

export const EVENTS: ReadonlyMap<unknown, Row> = new Map(
  Object.entries({ ...STREAM_EVENTS, 'fragment:data': FRAGMENT_DATA, ...CONTROL_EVENTS }),
);
