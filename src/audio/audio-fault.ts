/**
 * Whether audio is what the fields beside it say (PROTOCOL §2, `fragment:data`): by its first bytes and its length, for nothing
 * is decoded. What may begin in any way, or has a format that is not known here, is taken at its word.
 */

import { show } from '../core/show.js';
import { describeLengthFault, isHeaderless, type StatedAudio } from './audio-length.js';

/** What `format` is when it is left out (PROTOCOL §2). */
const DEFAULT_FORMAT = 'm4a';
/** So much of the text is decoded: groups of four characters, with more than the header of a WAV file. */
const HEAD_CHARACTERS = 64;
const SHOWN_BYTES = 8;

/** How audio of a kind begins. */
interface Sign {
  readonly kind: string;
  /** In words. */
  readonly begin: string;
  /** In hexadecimal digits. */
  readonly digits: RegExp;
  /** How what goes on where another fragment has ended may begin. */
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
/** Opus may come without a file around it: as anything that does not begin as another one does. */
const OPUS_PACKET: Sign = { kind: 'a packet', begin: 'anything', digits: /^(?!52494646|664c6143|.{8}66747970)/ };

/** So long that nothing else begins so by chance. */
const CERTAIN: readonly Sign[] = [MP4, WAV, OGG, FLAC, WEBM];

/** Names of formats, and the ways in which their audio may begin; the first is the one to name. */
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

/** What was expected, what came and what to do, in words; undefined where nothing is known to be wrong. */
export function describeAudioFault(audio: StatedAudio, bytes: number): string | undefined {
  if (bytes === 0) return '0 bytes came, and some audio is expected; send no fragment without any';
  const format = nameOf(audio.format ?? DEFAULT_FORMAT);
  const head = Buffer.from(String(audio.data_base64).slice(0, HEAD_CHARACTERS), 'base64');
  return describeBeginFault(audio, format, head.toString('hex')) ?? describeLengthFault(audio, format, bytes, head);
}

/** Also in a MIME type: `audio/webm;codecs=opus` is `webm`. */
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
      ? `no \`format\` was named, which means ${show(DEFAULT_FORMAT)}`
      : `\`format\` is ${show(format)}`;
  const begin = first === undefined ? 'has no header' : `begins with ${first.begin}`;
  const bytes = digits.slice(0, 2 * SHOWN_BYTES).replaceAll(/..(?=.)/g, '$& ');
  const kind = found === undefined ? '' : `, as at the beginning of ${found.kind}`;
  const isContinued = signs.some(({ continued }) => continued?.test(digits));
  return `${stated}, which ${begin}, and ${bytes} came${kind}; ${adviceFor(found, isContinued)}`;
}

function adviceFor(found: Sign | undefined, isContinued: boolean): string {
  if (found !== undefined) return 'name what is sent in `format`';
  return isContinued
    ? 'that goes on with an earlier fragment: begin a file of its own, with its header, for each'
    : 'send whole files of that format, or name what is sent in `format`';
}
