/**
 * A core Message → the payload of the Socket.IO event that its `kind` names (PROTOCOL §3). JSON omits undefined fields.
 */

import type { Same } from '../checks/same.js';
import type { Message } from '../core/protocol.js';
import { corrupt, malform } from './damage.js';
import type { MadePayloads, OutboundPayloads } from './payloads.js';

// Frozen, because all messages share them.
const CAPABILITIES = Object.freeze({ batch_processing: false, async_delivery: true });
const MODELS = Object.freeze({ asr_model: 'echo-mock', translation_model: 'echo-mock', tts_model: 'echo-mock' });

export function encode(message: Message): object {
  // The compiler does not see that the row belongs to this kind.
  const encodeKind = ENCODERS[message.kind] as (message: Message) => object;
  const payload = encodeKind(message);
  if (!('damage' in message) || message.damage === undefined) return payload;
  return message.kind === 'fragment:processed' && message.damage === 'corrupt'
    ? corrupt(processed(message))
    : malform(message.kind, payload);
}

/** One row per event. Each function declares its payload type, so that the compiler also refuses extra fields. */
const ENCODERS: { readonly [Kind in Message['kind']]: (message: Of<Kind>) => MadePayloads[Kind] } = {
  'stream:ready': ready,
  'fragment:ack': ack,
  'fragment:processed': processed,
  'stream:complete': complete,
  backpressure,
  error,
  'config:error_simulation:ack': errorSimulationAck,
  'config:processing_delay:ack': processingDelayAck,
  'config:backpressure:ack': backpressureAck,
  'simulate:disconnect:ack': disconnectAck,
};

true satisfies Same<keyof OutboundPayloads, keyof typeof ENCODERS>;

type Of<Kind extends Message['kind']> = Extract<Message, { kind: Kind }>;

function ready({ streamId, sessionId, maxInflight }: Of<'stream:ready'>): MadePayloads['stream:ready'] {
  return { stream_id: streamId, session_id: sessionId, max_inflight: maxInflight, capabilities: CAPABILITIES };
}

function ack({ fragmentId, queuePosition, estimatedCompletionMs }: Of<'fragment:ack'>): MadePayloads['fragment:ack'] {
  return {
    fragment_id: fragmentId,
    status: 'queued',
    queue_position: queuePosition,
    estimated_completion_ms: estimatedCompletionMs,
  };
}

function processed(result: Of<'fragment:processed'>): MadePayloads['fragment:processed'] {
  const { asrMs, translationMs, ttsMs } = result.stageTimings;
  return {
    fragment_id: result.fragmentId,
    stream_id: result.streamId,
    sequence_number: result.sequenceNumber,
    status: result.status,
    dubbed_audio: result.audio,
    transcript: result.transcript,
    translated_text: result.translatedText,
    processing_time_ms: result.processingTimeMs,
    stage_timings: { asr_ms: asrMs, translation_ms: translationMs, tts_ms: ttsMs },
    error: result.error,
    metadata: MODELS,
  };
}

function complete({
  streamId,
  totalFragments,
  totalDurationMs,
  statistics,
}: Of<'stream:complete'>): MadePayloads['stream:complete'] {
  return {
    stream_id: streamId,
    total_fragments: totalFragments,
    total_duration_ms: totalDurationMs,
    statistics: {
      success_count: statistics.successCount,
      partial_count: statistics.partialCount,
      failed_count: statistics.failedCount,
      avg_processing_time_ms: statistics.avgProcessingTimeMs,
      p95_processing_time_ms: statistics.p95ProcessingTimeMs,
    },
  };
}

function backpressure(message: Of<'backpressure'>): MadePayloads['backpressure'] {
  return {
    stream_id: message.streamId,
    severity: message.severity,
    current_inflight: message.currentInflight,
    queue_depth: message.queueDepth,
    action: message.action,
    recommended_delay_ms: message.recommendedDelayMs,
  };
}

function error(report: Of<'error'>): MadePayloads['error'] {
  return {
    error_id: report.errorId,
    stream_id: report.streamId,
    fragment_id: report.fragmentId,
    code: report.code,
    message: report.message,
    severity: report.severity,
    retryable: report.retryable,
    metadata: report.metadata && snakeCaseKeys(report.metadata),
  };
}

function errorSimulationAck({
  status,
  rulesCount,
  message,
}: Of<'config:error_simulation:ack'>): MadePayloads['config:error_simulation:ack'] {
  return { status, rules_count: rulesCount, message };
}

function processingDelayAck({
  status,
  delayMs,
  message,
}: Of<'config:processing_delay:ack'>): MadePayloads['config:processing_delay:ack'] {
  return { status, delay_ms: delayMs, message };
}

function backpressureAck({ status, message }: Of<'config:backpressure:ack'>): MadePayloads['config:backpressure:ack'] {
  return { status, message };
}

function disconnectAck({
  status,
  disconnectAtMs,
  message,
}: Of<'simulate:disconnect:ack'>): MadePayloads['simulate:disconnect:ack'] {
  return { status, disconnect_at_ms: disconnectAtMs, message };
}

function snakeCaseKeys(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(metadata);
  return Object.fromEntries(
    entries.map(([key, value]) => [key.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`), value]),
  );
}
