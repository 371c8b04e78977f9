/** A core Message → the payload of the Socket.IO event that its `kind` names (PROTOCOL §3). An undefined field is absent: JSON leaves it out. */

import type { Message, Processed } from '../core/protocol.js';
import type { OpaqueAudio } from '../core/vocabulary.js';

// Frozen: whoever keeps a message shares them.
const CAPABILITIES = Object.freeze({ batch_processing: false, async_delivery: true });
const MODELS = Object.freeze({ asr_model: 'echo-mock', translation_model: 'echo-mock', tts_model: 'echo-mock' });

export function encode(message: Message): object {
  switch (message.kind) {
    case 'stream:ready':
      return ready(message);
    case 'fragment:ack':
      return ack(message);
    case 'fragment:processed':
      return damaged(processed(message), message.damage);
    case 'stream:complete':
      return complete(message);
    case 'backpressure':
      return backpressure(message);
    case 'error':
      return error(message);
    case 'config:error_simulation:ack':
      return { status: message.status, rules_count: message.rulesCount, message: message.message };
    case 'config:processing_delay:ack':
      return { status: message.status, delay_ms: message.delayMs, message: message.message };
    case 'config:backpressure:ack':
      return { status: message.status, message: message.message };
    case 'simulate:disconnect:ack':
      return { status: message.status, disconnect_at_ms: message.disconnectAtMs, message: message.message };
  }
}

type Of<Kind extends Message['kind']> = Extract<Message, { kind: Kind }>;

function ready({ streamId, sessionId, maxInflight }: Of<'stream:ready'>) {
  return { stream_id: streamId, session_id: sessionId, max_inflight: maxInflight, capabilities: CAPABILITIES };
}

function ack({ fragmentId, queuePosition, estimatedCompletionMs }: Of<'fragment:ack'>) {
  return {
    fragment_id: fragmentId,
    status: 'queued',
    queue_position: queuePosition,
    estimated_completion_ms: estimatedCompletionMs,
  };
}

function processed(result: Processed) {
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

/** What a fault does to a result on its way out; always the same to the same result. */
function damaged(payload: ReturnType<typeof processed>, damage: Processed['damage']): object {
  switch (damage) {
    case 'corrupt':
      return { ...payload, dubbed_audio: corrupted(payload.dubbed_audio) };
    case 'malformed': {
      const { status: _, ...rest } = payload;
      return { ...rest, sequence_number: String(payload.sequence_number) };
    }
    case undefined:
      return payload;
  }
}

/** Still base64 of the same length, but every byte of the audio is another. */
function corrupted(audio: OpaqueAudio | undefined): object | undefined {
  if (audio === undefined || !('data_base64' in audio)) return audio;
  const bytes = Buffer.from(String(audio.data_base64), 'base64').map((byte) => byte ^ 0xff);
  return { ...audio, data_base64: Buffer.from(bytes).toString('base64') };
}

function complete({ streamId, totalFragments, totalDurationMs, statistics }: Of<'stream:complete'>) {
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

function backpressure(message: Of<'backpressure'>) {
  return {
    stream_id: message.streamId,
    severity: message.severity,
    current_inflight: message.currentInflight,
    queue_depth: message.queueDepth,
    action: message.action,
    recommended_delay_ms: message.recommendedDelayMs,
  };
}

function error(report: Of<'error'>) {
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

function snakeCaseKeys(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(metadata);
  return Object.fromEntries(
    entries.map(([key, value]) => [key.replace(/[A-Z]/g, (upper) => `_${upper.toLowerCase()}`), value]),
  );
}
