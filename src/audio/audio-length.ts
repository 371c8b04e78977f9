/** Whether audio without compression is as long as it says (PROTOCOL §2, `audio.duration_ms`): its bytes tell. */

/** What a fragment says of its audio. */
export interface StatedAudio {
  readonly format?: string | undefined;
  readonly sample_rate_hz: number;
  readonly channels: number;
  readonly duration_ms: number;
  /** Base64, as has been found out. */
  readonly data_base64: unknown;
}

/** Durations are rounded, or those of the frames of a codec that it was decoded from: so much more or less is all right. */
const TOLERANCE_MS = 2;
const TOLERANCE_SHARE = 0.02;

/** Samples of so many bits, without a header. */
const SAMPLES = /^(?:pcm[-_]?[suf]?|[suf]|linear|l)(8|16|24|32|64)[-_]?(?:[lb]e)?$/;
/** Samples of 8 bits. */
const COMPANDED = /^(?:pcm[-_])?(?:mu|[ua])-?law$|^pcm[ua]$|^g711/;
/** Formats without a header of whose samples nothing more is said. */
const RAW = /^(?:pcm|raw)$/;

const WAV = /^wave?$/;
/** What the header of most files begins with: it is read there alone. */
const WAV_BEGIN = /^RIFF.{4}WAVEfmt /s;
const WAV_HEADER_BYTES = 44;
/** Codes of a WAV file whose bytes are samples: integers, floats, A-law, µ-law, and any of these with a longer header. */
const WAV_SAMPLES: readonly number[] = [1, 3, 6, 7, 0xfffe];

/** Whether such audio has no beginning of its own. */
export function isHeaderless(format: string): boolean {
  return RAW.test(format) || bitsOf(format) !== undefined;
}

/** In words, with what to do; undefined where nothing is known to be wrong. `head` is the first bytes, at least 44 if there are. */
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
    return `${bytes} bytes came, and a sample of ${channelsOf(channels)} has ${frame}; send whole samples of each channel`;
  }
  return describeDurationFault(audio, bytes, frame * sample_rate_hz);
}

/** What its header says of the samples counts, but not what it says of their number: who streams does not know that yet. */
function describeWavFault(audio: StatedAudio, bytes: number, head: Buffer): string | undefined {
  if (head.length < WAV_HEADER_BYTES || !WAV_BEGIN.test(head.toString('latin1'))) return undefined;
  const { sample_rate_hz, channels } = audio;
  const [code, ownChannels, ownRate] = [head.readUInt16LE(20), head.readUInt16LE(22), head.readUInt32LE(24)];
  if (ownRate !== sample_rate_hz || ownChannels !== channels) {
    const own = `${ownRate} Hz and ${channelsOf(ownChannels)}`;
    const stated = `\`sample_rate_hz\` and \`channels\` ${sample_rate_hz} and ${channels}`;
    return `the header of the WAV file says ${own}, and ${stated}; state what the file has`;
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
  return `${samples} last ${Math.round(lastsMs)} ms, and \`duration_ms\` is ${duration_ms}; state what is sent`;
}

function bitsOf(format: string): number | undefined {
  if (COMPANDED.test(format)) return 8;
  const [, bits] = SAMPLES.exec(format) ?? [];
  return bits === undefined ? undefined : Number(bits);
}

function channelsOf(count: number): string {
  return count === 1 ? '1 channel' : `${count} channels`;
}
