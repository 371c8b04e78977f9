/**
 * Whether audio matches its fields (PROTOCOL §2, `fragment:data`): judged by its first bytes and its length, because
 * nothing is decoded. Audio that may begin with any bytes, or has an unknown format, is accepted.
 */

import { show } from '../core/show.js';
import { describeLengthFault, isHeaderless, type StatedAudio } from './audio-length.js';
import { beginningOf } from './audio-text.js';

/** The default of `format` (PROTOCOL §2). */
const DEFAULT_FORMAT = 'm4a';
/** Number of base64 characters that are decoded: a multiple of 4, and more than the header of a WAV file. */
const HEAD_CHARACTERS = 64;
const SHOWN_BYTES = 8;

/** How audio of a kind starts. */
interface Sign {
  readonly kind: string;
  /** In words. */
  readonly begin: string;
  /** In hexadecimal digits. */
  readonly digits: RegExp;
  /** How audio may start that continues an earlier fragment. */
  readonly continued?: RegExp;
}

const MP4: Sign = {
  kind: 'an MP4 file',
  begin: '`ftyp` at byte 4',
  digits: /^.{8}66747970/,
  // A segment: `styp`, `moof` or `mdat`.
  continued: /^.{8}(73747970|6d6f6f66|6d646174)/,
};
const WAV: Sign = {
  kind: 'a WAV file',
  begin: '`RIFF`, and `WAVE` at byte 8',
  digits: /^(52494646|52494658|52463634|42573634).{8}57415645/,
};
const OGG: Sign = { kind: 'an Ogg file', begin: '`OggS`', digits: /^4f676753/ };
const FLAC: Sign = { kind: 'a FLAC file', begin: '`fLaC`', digits: /^664c6143/ };
const WEBM: Sign = {
  kind: 'a WebM file',
  begin: 'an EBML header (1a 45 df a3)',
  digits: /^1a45dfa3/,
  // A cluster or a block.
  continued: /^(1f43b675|a3|a0)/,
};
const ID3: Sign = { kind: 'an ID3 tag', begin: '`ID3`', digits: /^494433/ };
const ADTS: Sign = { kind: 'ADTS', begin: 'the sync word of ADTS (ff f…)', digits: /^fff[0189]/ };
const MP3: Sign = { kind: 'MP3', begin: 'the sync word of MP3 (ff e… or ff f…)', digits: /^ff(e[2-7]|f[2-7a-f])/ };
const ADIF: Sign = { kind: 'ADIF', begin: '`ADIF`', digits: /^41444946/ };
const LOAS: Sign = { kind: 'LOAS', begin: 'the sync word of LOAS (56 e…)', digits: /^56[ef]/ };
const FLAC_FRAME: Sign = { kind: 'a FLAC frame', begin: 'the sync word of FLAC (ff f…)', digits: /^fff[89]/ };
/** Opus may be sent without a container: any bytes that do not start like another format. */
const OPUS_PACKET: Sign = { kind: 'a packet', begin: 'anything', digits: /^(?!52494646|664c6143|.{8}66747970)/ };

/** Signs that are long enough to exclude chance. */
const CERTAIN: readonly Sign[] = [MP4, WAV, OGG, FLAC, WEBM];

/** Names of formats, and how their audio may start; messages name the first. */
const FORMATS: readonly (readonly [names: RegExp, ...signs: Sign[]])[] = [
  [/^(m4[abp]|mp4|mp4a|mp4a-latm|3gpp?)$/, MP4],
  [/^(aacp?|adts)$/, ADTS, ID3, ADIF, LOAS],
  [/^(mp3|mpeg|mpga)$/, MP3, ID3],
  [/^wave?$/, WAV],
  [/^(og[ga]|ogg[-_]opus|vorbis)$/, OGG],
  [/^opus$/, OGG, WEBM, OPUS_PACKET],
  [/^flac$/, FLAC, FLAC_FRAME, ID3, OGG],
  [/^(web[ma]|webm[-_]opus|mk[av]|matroska)$/, WEBM],
];

/** Describes what was expected, what was received and what to do; undefined if nothing is known to be wrong. */
export function describeAudioFault(audio: StatedAudio, bytes: number): string | undefined {
  if (bytes === 0) return '0 bytes of audio were received; send no fragment without audio';
  const format = nameOf(audio.format ?? DEFAULT_FORMAT);
  const head = Buffer.from(beginningOf(audio, HEAD_CHARACTERS), 'base64');
  return describeBeginFault(audio, format, head.toString('hex')) ?? describeLengthFault(audio, format, bytes, head);
}

/** The name of a format, also from a MIME type: `audio/webm;codecs=opus` is `webm`. */
function nameOf(format: string): string {
  const [type = ''] = format.toLowerCase().split(';');
  return type
    .trim()
    .replace(/^(audio|video)\//, '')
    .replace(/^(x-|vnd\.|\.)/, '');
}

function describeBeginFault({ format }: StatedAudio, name: string, digits: string): string | undefined {
  const [, ...signs] = FORMATS.find(([names]) => names.test(name)) ?? [];
  const found = CERTAIN.find((sign) => sign.digits.test(digits));
  const [first] = signs;
  const isFit =
    first === undefined ? !isHeaderless(name) || found === undefined : signs.some((sign) => sign.digits.test(digits));
  if (isFit) return undefined;
  const stated =
    format === undefined
      ? `\`format\` is missing and defaults to ${show(DEFAULT_FORMAT)}`
      : `\`format\` is ${show(format)}`;
  const begin = first === undefined ? 'has no header' : `begins with ${first.begin}`;
  const bytes = digits.slice(0, 2 * SHOWN_BYTES).replaceAll(/..(?=.)/g, '$& ');
  const kind = found === undefined ? '' : `, as in ${found.kind}`;
  const isContinued = signs.some(({ continued }) => continued?.test(digits));
  return `${stated}, which ${begin}, but the audio begins with ${bytes}${kind}; ${adviceFor(found, isContinued)}`;
}

function adviceFor(found: Sign | undefined, isContinued: boolean): string {
  if (found !== undefined) return 'set `format` to what you send';
  return isContinued
    ? 'it continues an earlier fragment: send each fragment as a separate file with its own header'
    : 'send whole files of that format, or set `format` to what you send';
}
