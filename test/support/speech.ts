/** Real speech, as it stands in a payload. */

import { readFileSync } from 'node:fs';
import type { Payload } from './worker.js';

/** Of `examples/audio`. */
export function readSpeech(name: string): Buffer {
  return readFileSync(new URL(`../../examples/audio/${name}`, import.meta.url));
}

export function audioOf(format: string, bytes: Buffer, duration_ms: number) {
  return { format, sample_rate_hz: 48000, channels: 2, duration_ms, data_base64: bytes.toString('base64') };
}

export function bytesOf(audio: Payload): Buffer {
  return Buffer.from(audio.data_base64, 'base64');
}
