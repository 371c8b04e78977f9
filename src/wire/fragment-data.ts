/**
 * The event that carries audio (PROTOCOL §2, `fragment:data`). Audio is large, so it is read only once, by the audio
 * room.
 */

import * as v from 'valibot';
import { readAudio } from '../audio/audio-digest.js';
import { describeAudioFault } from '../audio/audio-fault.js';
import type { StatedAudio } from '../audio/audio-length.js';
import { AudioText, readable } from '../audio/audio-text.js';
import { describeBase64Fault } from '../audio/base64-fault.js';
import { field, fieldReadInto, integer, nonEmptyText, oneOf, record, text } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import type { AudioDigest } from '../core/vocabulary.js';
import type { AudioSummary, InboundPayloads } from './payloads.js';
import { eventRow } from './row.js';

/** Maximum decoded size of the audio of one fragment, bytes. */
export const MAX_AUDIO_BYTES = 10_485_760;

const BASE64 = 'standard base64 with padding (A–Z a–z 0–9 + / =)';

/** May exceed 2^53, beyond which a double is not exact. The echo does not carry it (PROTOCOL §3). */
const nanoseconds = field<number>(
  'an integer up to 2^63',
  (value) => Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63,
);

export const FRAGMENT_DATA = eventRow({
  schema: record({
    fragment_id: nonEmptyText,
    stream_id: nonEmptyText,
    sequence_number: integer(0),
    timestamp: integer(),
    audio: record({
      format: v.optional(text),
      sample_rate_hz: integer(8000, 96000),
      channels: oneOf<number>(1, 2),
      duration_ms: integer(0, 60000),
      data_base64: fieldReadInto(BASE64, digestOf, (value) =>
        typeof value === 'string' ? describeBase64Fault(value) : undefined,
      ),
    }),
    metadata: v.optional(record({ pts_ns: v.optional(nanoseconds), source_pts_ns: v.optional(nanoseconds) })),
  }),
  answeredBy: 'fragment:ack',
  maxAudioBytes: MAX_AUDIO_BYTES,
  // The payload's own audio and metadata, not the parsed copies: an echo returns what was received.
  toInput: (fields, { audio, metadata }, checksAudio) => ({
    kind: 'fragment:data',
    streamId: fields.stream_id,
    fragment: {
      fragmentId: fields.fragment_id,
      streamId: fields.stream_id,
      sequenceNumber: fields.sequence_number,
      timestamp: fields.timestamp,
      audio: readable(audio),
      audioDigest: fields.audio.data_base64,
      ...(checksAudio && faultIn(audio, fields.audio.data_base64)),
      ...(metadata && { metadata }),
    },
  }),
});

/** Text that arrived as bytes was read before. */
function digestOf(value: unknown): AudioDigest | undefined {
  if (value instanceof AudioText) return value.digest;
  return typeof value === 'string' ? readAudio(value) : undefined;
}

function faultIn(audio: StatedAudio, { bytes }: AudioDigest): { audioFault?: string } {
  const audioFault = describeAudioFault(audio, bytes);
  return audioFault === undefined ? {} : { audioFault };
}

type Payload = v.InferInput<(typeof FRAGMENT_DATA)['schema']>;
type Declared = InboundPayloads['fragment:data'];

// A timeline shows size and hash in place of the audio, and all metadata, of which only two fields are checked.
true satisfies Same<Omit<Declared, 'audio' | 'metadata'>, Omit<Payload, 'audio' | 'metadata'>>;
true satisfies Same<Omit<AudioSummary, 'bytes' | 'hash' | 'data_base64'>, Omit<Payload['audio'], 'data_base64'>>;
