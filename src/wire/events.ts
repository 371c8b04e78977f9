/** All events that a worker or a test suite may send (PROTOCOL §2), by their names. */

import { CONTROL_EVENTS } from './control-events.js';
import type { Row } from './row.js';
import { STREAM_EVENTS } from './stream-events.js';

export const EVENTS: ReadonlyMap<unknown, Row> = new Map(Object.entries({ ...STREAM_EVENTS, ...CONTROL_EVENTS }));
