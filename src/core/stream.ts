/** What a worker says about its stream in `stream:init`, with the defaults of PROTOCOL §2. */

import type { StreamConfig } from './vocabulary.js';

/** One stream, as agreed between worker and service. */
export interface Stream {
  readonly streamId: string;
  readonly workerId: string;
  readonly config: StreamConfig;
  readonly maxInflight: number;
  /** How long a fragment is held behind a gap (PROTOCOL §6.3). */
  readonly timeoutMs: number;
}

/** The defaults of PROTOCOL §2, `stream:init`. */
export const STREAM_DEFAULTS = {
  config: {
    sourceLanguage: 'en',
    targetLanguage: 'es',
    voiceProfile: 'default',
    chunkDurationMs: 1000,
    sampleRateHz: 48000,
    channels: 1,
    format: 'm4a',
  },
  maxInflight: 3,
  timeoutMs: 8000,
} as const satisfies Omit<Stream, 'streamId' | 'workerId'>;

/** The stream of a session before `stream:init`. A valid id is not empty (PROTOCOL §2), so this matches no stream. */
export const NO_STREAM: Stream = { streamId: '', workerId: '', ...STREAM_DEFAULTS };
