/** Whether the length of uncompressed audio matches `audio.duration_ms` (PROTOCOL §2). */

/** The audio fields of a fragment. */
export interface StatedAudio {
  readonly format?: string | undefined;
  readonly sample_rate_hz: number;
  readonly channels: number;
  readonly duration_ms: number;
  /** Valid base64, which was checked before. */
  readonly data_base64: unknown;
}

/** Tolerance for durations that are rounded, or come from the frames of a codec. */
const TOLERANCE_MS = 2;
const TOLERANCE_SHARE = 0.02;

/** Samples of a number of bits, without a header. */
const SAMPLES = /^(?:pcm[-_]?[suf]?|[suf]|linear|l)(8|16|24|32|64)[-_]?(?:[lb]e)?$/;
/** Samples of 8 bits. */
const COMPANDED = /^(?:pcm[-_])?(?:mu|[ua])-?law$|^pcm[ua]$|^g711/;
/** Formats without a header whose samples are unspecified. */
const RAW = /^(?:pcm|raw)$/;

const WAV = /^wave?$/;
/** The start of most WAV files. Only such a header is read. */
const WAV_BEGIN = /^RIFF.{4}WAVEfmt /s;
const WAV_HEADER_BYTES = 44;
/**
 * Codes of a WAV file whose bytes are samples: integers, floats, A-law, µ-law, and any of these with a longer header.
 */
const WAV_SAMPLES: readonly number[] = [1, 3, 6, 7, 0xfffe];

/** Whether audio of this format has no header. */
export function isHeaderless(format: string): boolean {
  return RAW.test(format) || bitsOf(format) !== undefined;
}

/**
 * Describes the fault and what to do; undefined if nothing is known to be wrong. `head` is the first bytes, at least 44
 * if present.
 */
export function describeLengthFault(
  audio: StatedAudio,
  format: string,
  bytes: number,
  head: Buffer,
): string | undefined {
  const bits = bitsOf(format);
  if (WAV.test(format)) return describeWavFault(audio, bytes, head);
  if (bits === undefined) return undefined;
  const { sample_rate_hz, channels } = audio;
  const frame = (bits / 8) * channels;
  if (bytes % frame !== 0) {
    return `${bytes} bytes were received, and a sample of ${channelsOf(channels)} has ${frame}; send whole samples of each channel`;
  }
  return describeDurationFault(audio, bytes, frame * sample_rate_hz);
}

/** Uses the header's format of the samples, but not their number, which a streaming sender does not know yet. */
function describeWavFault(audio: StatedAudio, bytes: number, head: Buffer): string | undefined {
  if (head.length < WAV_HEADER_BYTES || !WAV_BEGIN.test(head.toString('latin1'))) return undefined;
  const { sample_rate_hz, channels } = audio;
  const [code, ownChannels, ownRate] = [head.readUInt16LE(20), head.readUInt16LE(22), head.readUInt32LE(24)];
  if (ownRate !== sample_rate_hz || ownChannels !== channels) {
    const own = `${ownRate} Hz and ${channelsOf(ownChannels)}`;
    const stated = `\`sample_rate_hz\` is ${sample_rate_hz} and \`channels\` is ${channels}`;
    return `the header of the WAV file says ${own}, but ${stated}; send the values of the file`;
  }
  const bytesPerSecond = head.readUInt32LE(28);
  if (!WAV_SAMPLES.includes(code) || bytesPerSecond === 0) return undefined;
  return describeDurationFault(audio, bytes - WAV_HEADER_BYTES, bytesPerSecond);
}

function describeDurationFault(audio: StatedAudio, bytes: number, bytesPerSecond: number): string | undefined {
  const { sample_rate_hz, channels, duration_ms } = audio;
  const lastsMs = (bytes * 1000) / bytesPerSecond;
  if (Math.abs(lastsMs - duration_ms) <= Math.max(TOLERANCE_MS, duration_ms * TOLERANCE_SHARE)) return undefined;
  const samples = `${bytes} bytes of samples at ${sample_rate_hz} Hz and ${channelsOf(channels)}`;
  return `${samples} last ${Math.round(lastsMs)} ms, but \`duration_ms\` is ${duration_ms}; send the actual duration`;
}

function bitsOf(format: string): number | undefined {
  if (COMPANDED.test(format)) return 8;
  const [, bits] = SAMPLES.exec(format) ?? [];
  return bits === undefined ? undefined : Number(bits);
}

function channelsOf(count: number): string {
  return count === 1 ? '1 channel' : `${count} channels`;
}
