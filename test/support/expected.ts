/** What a worker sees of an ordinary stream, as it is on the wire (PROTOCOL §3). */

import { expect } from 'vitest';
import { fragment, type Payload, type Worker } from './worker.js';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** All that came since the connection was open, in order. */
export function transcript(worker: Worker): [event: string, payload: Payload][] {
  return worker.received.filter(({ event }) => event !== 'connect').map(({ event, payload }) => [event, payload]);
}

/** The same in short: each event with what tells it from its like. */
export function outline(worker: Worker): string[] {
  return transcript(worker).map(([event, payload]) => [event, ...mark(event, payload)].join(' '));
}

function mark(event: string, payload: Payload): (string | number)[] {
  if (event === 'fragment:ack') return [payload.fragment_id];
  if (event === 'fragment:processed') return [payload.sequence_number, payload.status];
  if (event === 'backpressure') return [payload.severity, payload.action, payload.current_inflight];
  if (event === 'error') return [payload.code, payload.severity];
  return event === 'disconnect' ? [payload] : [];
}

export function ready(overrides: object = {}) {
  return {
    stream_id: 'stream-1',
    session_id: expect.stringMatching(UUID),
    max_inflight: 3,
    capabilities: { batch_processing: false, async_delivery: true },
    ...overrides,
  };
}

export function ack(sequenceNumber: number, overrides: object = {}) {
  return {
    fragment_id: `fragment-${sequenceNumber}`,
    status: 'queued',
    queue_position: 0,
    estimated_completion_ms: 0,
    ...overrides,
  };
}

/** The result of `fragment(sequenceNumber)` when processing takes no time. */
export function processed(sequenceNumber: number, overrides: object = {}) {
  return {
    fragment_id: `fragment-${sequenceNumber}`,
    stream_id: 'stream-1',
    sequence_number: sequenceNumber,
    status: 'success',
    dubbed_audio: fragment(sequenceNumber).audio,
    transcript: expect.stringMatching(/^\[ECHO\] ./),
    translated_text: expect.stringMatching(/^\[ECHO\] ./),
    processing_time_ms: 0,
    stage_timings: { asr_ms: 0, translation_ms: 0, tts_ms: 0 },
    metadata: { asr_model: 'echo-mock', translation_model: 'echo-mock', tts_model: 'echo-mock' },
    ...overrides,
  };
}

export function complete(successCount: number, overrides: object = {}) {
  return {
    stream_id: 'stream-1',
    total_fragments: successCount,
    total_duration_ms: expect.any(Number),
    statistics: {
      success_count: successCount,
      partial_count: 0,
      failed_count: 0,
      avg_processing_time_ms: 0,
      p95_processing_time_ms: 0,
    },
    ...overrides,
  };
}

export function error(code: string, overrides: object = {}) {
  const severity = code === 'QUEUE_FULL' ? 'warning' : 'error';
  return {
    error_id: expect.stringMatching(/./),
    stream_id: 'stream-1',
    code,
    message: expect.stringMatching(/./),
    severity,
    retryable: code === 'QUEUE_FULL',
    ...overrides,
  };
}
