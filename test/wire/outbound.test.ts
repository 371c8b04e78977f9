import type { Message } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/outbound.js';

/** Every message of PROTOCOL §3, literally as on the wire. */
const MESSAGES: [string, Message, object][] = [
  [
    'stream:ready',
    { kind: 'stream:ready', streamId: 's', sessionId: 'u-u-i-d', maxInflight: 3 },
    {
      stream_id: 's',
      session_id: 'u-u-i-d',
      max_inflight: 3,
      capabilities: { batch_processing: false, async_delivery: true },
    },
  ],
  [
    'fragment:ack',
    { kind: 'fragment:ack', fragmentId: 'f', sequenceNumber: 0, queuePosition: 2, estimatedCompletionMs: 40 },
    { fragment_id: 'f', status: 'queued', queue_position: 2, estimated_completion_ms: 40 },
  ],
  [
    'fragment:ack behind a gap',
    { kind: 'fragment:ack', fragmentId: 'f', sequenceNumber: 0, queuePosition: 0 },
    { fragment_id: 'f', status: 'queued', queue_position: 0 },
  ],
  [
    'fragment:processed',
    {
      kind: 'fragment:processed',
      fragmentId: 'f',
      streamId: 's',
      sequenceNumber: 7,
      status: 'success',
      audio: { data_base64: 'QUJD', anything: [1] },
      transcript: '[ECHO] hello',
      translatedText: '[ECHO] (es) hello',
      processingTimeMs: 10,
      stageTimings: { asrMs: 4, translationMs: 2, ttsMs: 4 },
    },
    {
      fragment_id: 'f',
      stream_id: 's',
      sequence_number: 7,
      status: 'success',
      dubbed_audio: { data_base64: 'QUJD', anything: [1] },
      transcript: '[ECHO] hello',
      translated_text: '[ECHO] (es) hello',
      processing_time_ms: 10,
      stage_timings: { asr_ms: 4, translation_ms: 2, tts_ms: 4 },
      metadata: { asr_model: 'echo-mock', translation_model: 'echo-mock', tts_model: 'echo-mock' },
    },
  ],
  [
    'fragment:processed that failed',
    {
      kind: 'fragment:processed',
      fragmentId: 'f',
      streamId: 's',
      sequenceNumber: 7,
      status: 'failed',
      processingTimeMs: 0,
      stageTimings: { asrMs: 0, translationMs: 0, ttsMs: 0 },
      error: { code: 'TIMEOUT', message: 'too slow', retryable: true, stage: 'asr' },
    },
    {
      fragment_id: 'f',
      stream_id: 's',
      sequence_number: 7,
      status: 'failed',
      processing_time_ms: 0,
      stage_timings: { asr_ms: 0, translation_ms: 0, tts_ms: 0 },
      error: { code: 'TIMEOUT', message: 'too slow', retryable: true, stage: 'asr' },
      metadata: { asr_model: 'echo-mock', translation_model: 'echo-mock', tts_model: 'echo-mock' },
    },
  ],
  [
    'stream:complete',
    {
      kind: 'stream:complete',
      streamId: 's',
      totalFragments: 3,
      totalDurationMs: 900,
      statistics: {
        successCount: 2,
        partialCount: 0,
        failedCount: 1,
        droppedCount: 0,
        avgProcessingTimeMs: 40,
        p95ProcessingTimeMs: 41,
      },
    },
    {
      stream_id: 's',
      total_fragments: 3,
      total_duration_ms: 900,
      statistics: {
        success_count: 2,
        partial_count: 0,
        failed_count: 1,
        avg_processing_time_ms: 40,
        p95_processing_time_ms: 41,
      },
    },
  ],
  [
    'backpressure',
    {
      kind: 'backpressure',
      number: 1,
      streamId: 's',
      severity: 'high',
      action: 'pause',
      currentInflight: 4,
      queueDepth: 1,
      recommendedDelayMs: 1000,
    },
    {
      stream_id: 's',
      severity: 'high',
      current_inflight: 4,
      queue_depth: 1,
      action: 'pause',
      recommended_delay_ms: 1000,
    },
  ],
  [
    'backpressure that is over',
    {
      kind: 'backpressure',
      number: 2,
      streamId: 's',
      severity: 'low',
      action: 'none',
      currentInflight: 3,
      queueDepth: 0,
    },
    { stream_id: 's', severity: 'low', current_inflight: 3, queue_depth: 0, action: 'none' },
  ],
  [
    'error',
    {
      kind: 'error',
      errorId: 'e-1',
      streamId: 's',
      fragmentId: 'f',
      code: 'INVALID_SEQUENCE',
      message: 'gap',
      severity: 'error',
      retryable: false,
      metadata: { missingSequenceNumbers: [3], issues: [{ path: 'a.b', message: 'm' }] },
    },
    {
      error_id: 'e-1',
      stream_id: 's',
      fragment_id: 'f',
      code: 'INVALID_SEQUENCE',
      message: 'gap',
      severity: 'error',
      retryable: false,
      metadata: { missing_sequence_numbers: [3], issues: [{ path: 'a.b', message: 'm' }] },
    },
  ],
  [
    'error about nothing in particular',
    { kind: 'error', errorId: 'e-1', code: 'INVALID_CONFIG', message: 'bad', severity: 'error', retryable: false },
    { error_id: 'e-1', code: 'INVALID_CONFIG', message: 'bad', severity: 'error', retryable: false },
  ],
];

describe('a message', () => {
  it.each(MESSAGES)('%s is literally this on the wire, with nothing that is null', (_, message, onTheWire) => {
    const text = JSON.stringify(encode(message));
    expect(JSON.parse(text)).toStrictEqual(onTheWire);
    expect(text).not.toContain('null');
  });

  it('hands back the very audio that came', () => {
    const audio = { data_base64: 'QUJD' };
    const [, processed] = MESSAGES.find(([name]) => name === 'fragment:processed') ?? [];
    const payload = encode({ ...(processed as Message & { kind: 'fragment:processed' }), audio });
    expect(Object.values(payload).find((value) => value === audio)).toBe(audio);
  });
});

describe('the answer to a test-only event', () => {
  it.each<[Message, object]>([
    [
      { kind: 'config:error_simulation:ack', status: 'accepted', rulesCount: 2 },
      { status: 'accepted', rules_count: 2 },
    ],
    [
      { kind: 'config:error_simulation:ack', status: 'rejected', rulesCount: 0, message: 'no' },
      { status: 'rejected', rules_count: 0, message: 'no' },
    ],
    [
      { kind: 'config:processing_delay:ack', status: 'accepted', delayMs: 0 },
      { status: 'accepted', delay_ms: 0 },
    ],
    [
      { kind: 'config:processing_delay:ack', status: 'rejected', message: 'no' },
      { status: 'rejected', message: 'no' },
    ],
    [{ kind: 'config:backpressure:ack', status: 'accepted' }, { status: 'accepted' }],
    [
      { kind: 'config:backpressure:ack', status: 'rejected', message: 'no' },
      { status: 'rejected', message: 'no' },
    ],
    [
      { kind: 'simulate:disconnect:ack', status: 'scheduled', disconnectAtMs: 1_700_000_000_050, message: 'soon' },
      { status: 'scheduled', disconnect_at_ms: 1_700_000_000_050, message: 'soon' },
    ],
  ])('%j is literally this on the wire, with nothing that is null', (message, onTheWire) => {
    expect(JSON.parse(JSON.stringify(encode(message)))).toStrictEqual(onTheWire);
  });
});
