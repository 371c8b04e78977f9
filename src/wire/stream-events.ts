/** The events of PROTOCOL §2 without audio, as a table. */

import * as v from 'valibot';
import { integer, nonEmptyText, oneOf, record, text } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { STREAM_DEFAULTS } from '../core/stream.js';
import type { InboundPayloads } from './payloads.js';
import { eventRow, type PayloadsOf } from './row.js';

const { config: CONFIG_DEFAULTS, ...DEFAULTS } = STREAM_DEFAULTS;

export const STREAM_EVENTS = {
  'stream:init': eventRow({
    schema: record({
      stream_id: nonEmptyText,
      worker_id: nonEmptyText,
      config: record({
        source_language: v.optional(nonEmptyText, CONFIG_DEFAULTS.sourceLanguage),
        target_language: v.optional(nonEmptyText, CONFIG_DEFAULTS.targetLanguage),
        voice_profile: v.optional(text, CONFIG_DEFAULTS.voiceProfile),
        chunk_duration_ms: v.optional(integer(100, 6000), CONFIG_DEFAULTS.chunkDurationMs),
        sample_rate_hz: v.optional(oneOf<number>(16000, 22050, 44100, 48000), CONFIG_DEFAULTS.sampleRateHz),
        channels: v.optional(oneOf<number>(1, 2), CONFIG_DEFAULTS.channels),
        format: v.optional(nonEmptyText, CONFIG_DEFAULTS.format),
      }),
      max_inflight: v.optional(integer(1, 10), DEFAULTS.maxInflight),
      timeout_ms: v.optional(integer(1000, 30000), DEFAULTS.timeoutMs),
    }),
    answeredBy: 'stream:ready',
    toInput: ({ stream_id, worker_id, config, max_inflight, timeout_ms }) => ({
      kind: 'stream:init',
      streamId: stream_id,
      workerId: worker_id,
      config: {
        sourceLanguage: config.source_language,
        targetLanguage: config.target_language,
        voiceProfile: config.voice_profile,
        chunkDurationMs: config.chunk_duration_ms,
        sampleRateHz: config.sample_rate_hz,
        channels: config.channels,
        format: config.format,
      },
      maxInflight: max_inflight,
      timeoutMs: timeout_ms,
    }),
  }),
  'fragment:ack': eventRow({
    schema: record({ fragment_id: nonEmptyText, status: oneOf('received', 'applied'), timestamp: integer() }),
    toInput: ({ fragment_id, ...ack }) => ({ kind: 'fragment:ack', fragmentId: fragment_id, ...ack }),
  }),
  'stream:pause': eventRow({
    schema: record({ stream_id: nonEmptyText, reason: v.optional(text) }),
    toInput: ({ stream_id, reason }) => ({ kind: 'stream:pause', streamId: stream_id, ...(reason && { reason }) }),
  }),
  'stream:resume': eventRow({
    schema: record({ stream_id: nonEmptyText }),
    toInput: ({ stream_id }) => ({ kind: 'stream:resume', streamId: stream_id }),
  }),
  'stream:end': eventRow({
    schema: record({ stream_id: nonEmptyText, reason: v.optional(text) }),
    answeredBy: 'stream:complete',
    toInput: ({ stream_id, reason }) => ({ kind: 'stream:end', streamId: stream_id, ...(reason && { reason }) }),
  }),
};

true satisfies Same<Pick<InboundPayloads, keyof typeof STREAM_EVENTS>, PayloadsOf<typeof STREAM_EVENTS>>;
