/** What a fault does to a payload on its way out (PROTOCOL §3); always the same to the same payload. */

import type { Processed } from '../core/protocol.js';
import type { OpaqueAudio } from '../core/vocabulary.js';
import type { MadePayloads } from './payloads.js';

type Result = MadePayloads['fragment:processed'];

/** The payload of a result, so damaged; the one that is given is left as it is. */
export function damage(payload: Result, how: NonNullable<Processed['damage']>): object {
  return DAMAGES[how](payload);
}

const DAMAGES: Readonly<Record<NonNullable<Processed['damage']>, (payload: Result) => object>> = {
  corrupt: (payload) => ({ ...payload, dubbed_audio: corrupt(payload.dubbed_audio) }),
  malformed: ({ status: _, ...rest }) => ({ ...rest, sequence_number: String(rest.sequence_number) }),
};

/** Still base64 of the same length, but every byte of the audio is another. */
function corrupt(audio: OpaqueAudio | undefined): object | undefined {
  if (audio === undefined || !('data_base64' in audio)) return audio;
  const bytes = Buffer.from(String(audio.data_base64), 'base64').map((byte) => byte ^ 0xff);
  return { ...audio, data_base64: Buffer.from(bytes).toString('base64') };
}
