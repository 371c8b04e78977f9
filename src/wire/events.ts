/** All events that a worker or a test suite may send (PROTOCOL §2), by name. */

import type { Same } from '../checks/same.js';
import { FRAGMENT_DATA } from './fragment-data.js';
import type { InboundPayloads } from './payloads.js';
import type { EventRow } from './row.js';
import { STREAM_EVENTS } from './stream-events.js';
import { TEST_EVENTS } from './test-events.js';

// `malformed` and `unknown` are not in PROTOCOL §2.
true satisfies Same<
  keyof InboundPayloads,
  keyof typeof STREAM_EVENTS | 'fragment:data' | keyof typeof TEST_EVENTS | 'malformed' | 'unknown'
>;

export const EVENTS: ReadonlyMap<unknown, EventRow> = new Map(
  Object.entries({ ...STREAM_EVENTS, 'fragment:data': FRAGMENT_DATA, ...TEST_EVENTS }),
);
