/** The events of a stream, PROTOCOL §2 as a table. */

import * as v from 'valibot';
import { STREAM_DEFAULTS } from '../core/stream.js';
import { field, integer, nonEmptyText, oneOf, record, text } from '../fields.js';
import { isBase64 } from './base64.js';
import { type Row, row } from './row.js';

/** Largest audio of one fragment, decoded. */
export const MAX_AUDIO_BYTES = 10_485_760;

const { config: CONFIG_DEFAULTS, ...DEFAULTS } = STREAM_DEFAULTS;
const base64Text = field<string>(
  'standard base64 with padding (A–Z a–z 0–9 + / =)',
  (value) => typeof value === 'string' && isBase64(value),
);
/** May exceed 2^53, where a double no longer tells neighbours apart: the echo does not carry it (PROTOCOL §3). */
const nanoseconds = field<number>(
  'an integer up to 2^63',
  (value) => Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63,
);

export const STREAM_EVENTS: Readonly<Record<string, Row>> = {
  'stream:init': row({
    schema: record({
      stream_id: nonEmptyText,
      worker_id: nonEmptyText,
      config: record({
        source_language: v.optional(nonEmptyText, CONFIG_DEFAULTS.sourceLanguage),
        target_language: v.optional(nonEmptyText, CONFIG_DEFAULTS.targetLanguage),
        voice_profile: v.optional(text, CONFIG_DEFAULTS.voiceProfile),
        chunk_duration_ms: v.optional(integer(100, 6000), CONFIG_DEFAULTS.chunkDurationMs),
        sample_rate_hz: v.optional(oneOf(16000, 22050, 44100, 48000), CONFIG_DEFAULTS.sampleRateHz),
        channels: v.optional(oneOf(1, 2), CONFIG_DEFAULTS.channels),
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
  'fragment:data': row({
    schema: record({
      fragment_id: nonEmptyText,
      stream_id: nonEmptyText,
      sequence_number: integer(0),
      timestamp: integer(),
      audio: record({
        format: v.optional(text),
        sample_rate_hz: integer(8000, 96000),
        channels: oneOf(1, 2),
        duration_ms: integer(0, 60000),
        data_base64: base64Text,
      }),
      metadata: v.optional(record({ pts_ns: v.optional(nanoseconds), source_pts_ns: v.optional(nanoseconds) })),
    }),
    answeredBy: 'fragment:ack',
    maxAudioBytes: MAX_AUDIO_BYTES,
    // The payload's own audio and metadata, not the parsed copies: an echo hands back what came.
    toInput: ({ fragment_id, stream_id, sequence_number, timestamp }, { audio, metadata }) => ({
      kind: 'fragment:data',
      streamId: stream_id,
      fragment: {
        fragmentId: fragment_id,
        streamId: stream_id,
        sequenceNumber: sequence_number,
        timestamp,
        audio,
        ...(metadata && { metadata }),
      },
    }),
  }),
  'fragment:ack': row({
    schema: record({ fragment_id: nonEmptyText, status: oneOf('received', 'applied'), timestamp: integer() }),
    toInput: ({ fragment_id, ...ack }) => ({ kind: 'fragment:ack', fragmentId: fragment_id, ...ack }),
  }),
  'stream:pause': row({
    schema: record({ stream_id: nonEmptyText, reason: v.optional(text) }),
    toInput: ({ stream_id, reason }) => ({ kind: 'stream:pause', streamId: stream_id, ...(reason && { reason }) }),
  }),
  'stream:resume': row({
    schema: record({ stream_id: nonEmptyText }),
    toInput: ({ stream_id }) => ({ kind: 'stream:resume', streamId: stream_id }),
  }),
  'stream:end': row({
    schema: record({ stream_id: nonEmptyText, reason: v.optional(text) }),
    answeredBy: 'stream:complete',
    toInput: ({ stream_id, reason }) => ({ kind: 'stream:end', streamId: stream_id, ...(reason && { reason }) }),
  }),
};
