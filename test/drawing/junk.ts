/** Entries as no fixture records them: for the promise that the formats never throw and never get too wide. */

import fc from 'fast-check';
import type { TimelineEntry } from '../../src/timeline/entry.js';
import { DIRECTIONS } from '../../src/timeline/event-names.js';

const FIELDS = [
  ...['stream_id', 'worker_id', 'max_inflight', 'fragment_id', 'sequence_number', 'audio', 'bytes', 'hash', 'status'],
  ...['queue_position', 'estimated_completion_ms', 'reason', 'enabled', 'rules', 'scope', 'delay_ms', 'threshold'],
  ...['severity', 'action', 'event', 'error', 'code', 'retryable', 'stage', 'message', 'processing_time_ms'],
  ...['total_fragments', 'statistics', 'success_count', 'failed_count', 'current_inflight', 'recommended_delay_ms'],
  ...['workerId', 'streamId', 'by', 'at', 'how', 'rule', 'missingSequenceNumbers', 'kind', 'downForMs'],
];

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withTypedArray: true,
  withSparseArray: true,
});
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('end', 'news', '日本語のストリーム', ''),
);
const value = fc.oneof(text, anything, fc.dictionary(fc.constantFrom(...FIELDS), fc.oneof(text, anything)));
const payload = fc.oneof({ weight: 4, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), value) }, anything);
const events = Object.entries(DIRECTIONS).flatMap(([event, directions]) =>
  directions.map((direction) => ({ event, direction })),
);
const cause = fc.record(
  { entry: fc.nat(), rule: text, fault: fc.constant('late'), delayMs: fc.nat(), cut: fc.constant('after-ack') },
  { requiredKeys: [] },
);

/** One entry with a payload that may be anything. */
export const junkEntry = fc
  .record(
    {
      n: fc.maxSafeNat(),
      atMs: fc.oneof(fc.nat(100_000), fc.maxSafeInteger()),
      named: fc.constantFrom(...events),
      streamId: text,
      sessionId: fc.constantFrom('session-1', 'session-2', 'session-3'),
      sequenceNumber: fc.nat(),
      payload,
      cause,
    },
    { requiredKeys: ['n', 'atMs', 'named', 'streamId', 'payload'] },
  )
  .map(({ named, ...rest }) => ({ ...rest, ...named }) as unknown as TimelineEntry);

export const junkTimeline = fc.array(junkEntry, { maxLength: 12 });
