/** The test-only events of PROTOCOL §2, as a table. Test suites in another process or language use them. */

import * as v from 'valibot';
import { integer, listOf, nonEmptyText, oneOf, record, text, trueOrFalse } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { DEFAULT_LOAD_LEVELS } from '../core/backpressure.js';
import { MAX_DELAY_MS } from '../core/delay.js';
import { wireRule } from './error-simulation.js';
import type { InboundPayloads } from './payloads.js';
import { eventRow, type PayloadsOf } from './row.js';

export const TEST_EVENTS = {
  'config:error_simulation': eventRow({
    schema: record({
      enabled: v.optional(trueOrFalse, false),
      rules: v.optional(listOf(wireRule, 'rules'), []),
      stream_id: v.optional(nonEmptyText),
      scope: v.optional(oneOf('session', 'server'), 'session'),
    }),
    answeredBy: 'config:error_simulation:ack',
    reject: (message) => ({ kind: 'config:error_simulation:ack', status: 'rejected', rulesCount: 0, message }),
    toInput: ({ enabled, rules, stream_id, scope }) => ({
      kind: 'config:error_simulation',
      rules: enabled ? rules : [],
      scope,
      ...(stream_id !== undefined && { streamId: stream_id }),
    }),
  }),
  'config:processing_delay': eventRow({
    schema: record({ delay_ms: integer(0, MAX_DELAY_MS) }),
    answeredBy: 'config:processing_delay:ack',
    reject: (message) => ({ kind: 'config:processing_delay:ack', status: 'rejected', message }),
    toInput: ({ delay_ms }) => ({ kind: 'config:processing_delay', delayMs: delay_ms }),
  }),
  'config:backpressure': eventRow({
    schema: record({
      enabled: trueOrFalse,
      threshold: v.optional(integer(1)),
      severity: v.optional(oneOf('low', 'medium', 'high'), 'high'),
      action: v.optional(oneOf('none', 'slow_down', 'pause'), 'pause'),
    }),
    answeredBy: 'config:backpressure:ack',
    reject: (message) => ({ kind: 'config:backpressure:ack', status: 'rejected', message }),
    toInput: ({ enabled, threshold, severity, action }) => {
      const simulated =
        threshold === undefined ? DEFAULT_LOAD_LEVELS : { kind: 'threshold' as const, threshold, severity, action };
      return { kind: 'config:backpressure', plan: enabled ? simulated : { kind: 'off' } };
    },
  }),
  'simulate:disconnect': eventRow({
    schema: record({
      delay_ms: v.optional(integer(0, 2 ** 31 - 1), 0),
      reason: v.optional(text),
      stream_id: v.optional(nonEmptyText),
    }),
    answeredBy: 'simulate:disconnect:ack',
    toInput: ({ delay_ms, reason, stream_id }) => ({
      kind: 'simulate:disconnect',
      delayMs: delay_ms,
      ...(reason !== undefined && { reason }),
      ...(stream_id !== undefined && { streamId: stream_id }),
    }),
  }),
};

true satisfies Same<Pick<InboundPayloads, keyof typeof TEST_EVENTS>, PayloadsOf<typeof TEST_EVENTS>>;
