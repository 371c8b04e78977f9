/** How a fault damages an outgoing payload (PROTOCOL §3). The same payload is always damaged in the same way. */

import type { MessageName, OpaqueAudio } from '../core/vocabulary.js';
import type { MadePayloads } from './payloads.js';

/** How a payload is malformed: one field is missing, and one has the wrong type. */
interface Malformation<Payload> {
  readonly without: keyof Payload & string;
  /** It is sent as a string. */
  readonly mistyped: keyof Payload & string;
}

/** One row per message of PROTOCOL §3. */
const MALFORMATIONS: { readonly [Name in MessageName]: Malformation<MadePayloads[Name]> } = {
  'stream:ready': { without: 'session_id', mistyped: 'max_inflight' },
  'fragment:ack': { without: 'status', mistyped: 'queue_position' },
  'fragment:processed': { without: 'status', mistyped: 'sequence_number' },
  'stream:complete': { without: 'statistics', mistyped: 'total_fragments' },
  backpressure: { without: 'action', mistyped: 'current_inflight' },
  error: { without: 'code', mistyped: 'retryable' },
};

/** Returns a copy of the payload with one field missing and one mistyped. */
export function malform(name: MessageName, payload: object): object {
  const { without, mistyped } = MALFORMATIONS[name];
  const fields = Object.entries(payload).filter(([field]) => field !== without);
  return Object.fromEntries(fields.map(([field, value]) => [field, field === mistyped ? String(value) : value]));
}

/** Returns a copy of the result with different audio: base64 of the same length, with every byte changed. */
export function corrupt(payload: MadePayloads['fragment:processed']): object {
  return { ...payload, dubbed_audio: corruptAudio(payload.dubbed_audio) };
}

function corruptAudio(audio: OpaqueAudio | undefined): object | undefined {
  if (audio === undefined || !('data_base64' in audio)) return audio;
  const bytes = Buffer.from(String(audio.data_base64), 'base64').map((byte) => byte ^ 0xff);
  return { ...audio, data_base64: Buffer.from(bytes).toString('base64') };
}
