/** What `audioCheck` says of audio: real speech, each format rightly and wrongly named, and samples of all lengths. */

import { describe, expect, it } from 'vitest';
import { describeAudioFault } from '../../src/audio/audio-fault.js';
import { audioOf, readSpeech } from '../support/speech.js';

/** What is said of these bytes under that name. */
function faultOf(format: string | undefined, bytes: Buffer, more: object = {}): string | undefined {
  const { format: _, ...audio } = audioOf('', bytes, 6000);
  return describeAudioFault({ ...audio, ...(format !== undefined && { format }), ...more }, bytes.length);
}

const hex = (digits: string) => Buffer.from(digits.padEnd(64, '0'), 'hex');
const text = (words: string) => Buffer.from(words.padEnd(64, '\0'), 'latin1');

/** A file of samples of 16 bits, with this header and so many bytes of samples. */
function wav({
  rate = 48000,
  channels = 2,
  code = 1,
  dataBytes = 0,
  samples = 1_152_000,
  begin = 'RIFF',
} = {}): Buffer {
  const file = Buffer.alloc(44 + samples);
  file.write(`${begin}....WAVEfmt `, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(code, 20);
  file.writeUInt16LE(channels, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * channels * 2, 28);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(dataBytes, 40);
  return file;
}

/** How audio of each format may begin. */
const FIT: [string, ...Buffer[]][] = [
  ['m4a', text('\0\0\0\x1cftypM4A '), text('\0\0\0\x20ftypisom')],
  ['MP4', text('\0\0\0\x1cftypM4A ')],
  ['audio/mp4; codecs="mp4a.40.2"', text('\0\0\0\x1cftypiso5')],
  ['audio/x-m4a', text('\0\0\0\x1cftypM4A ')],
  ['aac', hex('fff15080'), hex('fff95080'), text('ID3\x04'), text('ADIF'), hex('56e0')],
  ['audio/aac', hex('fff15080')],
  ['adts', hex('fff05080')],
  ['mp3', hex('fffb9064'), hex('fff3'), hex('ffe3'), text('ID3\x04')],
  ['audio/mpeg', hex('fffb9064')],
  ['wav', wav(), wav({ begin: 'RF64' })],
  ['audio/x-wav', wav()],
  ['audio/vnd.wave', wav()],
  ['ogg', text('OggS')],
  ['audio/ogg;codecs=opus', text('OggS')],
  ['ogg_opus', text('OggS')],
  ['opus', text('OggS'), hex('1a45dfa3'), hex('fc7fff')],
  ['flac', text('fLaC'), hex('fff8c9')],
  ['webm', hex('1a45dfa39f42')],
  ['audio/webm;codecs=opus', hex('1a45dfa39f42')],
  ['speex', text('anything')],
  ['', text('anything')],
];

/** Each format, and what is no such audio. */
const UNFIT: readonly (readonly [string | undefined, Buffer, RegExp])[] = [
  [
    undefined,
    text('OggS'),
    /^`format` is missing and defaults to "m4a", which begins with `ftyp` at byte 4, but the audio begins with 4f 67 67 53 00 00 00 00, as in an Ogg file; set `format` to what you send$/,
  ],
  [
    'm4a',
    text('RIFF....WAVEfmt '),
    /^`format` is "m4a", which begins with `ftyp` at byte 4, but the audio begins with 52 49 46 46 2e 2e 2e 2e, as in a WAV file;/,
  ],
  [
    'm4a',
    hex('fff15080'),
    /but the audio begins with ff f1 50 80 00 00 00 00; send whole files of that format, or set `format` to what you send$/,
  ],
  [
    'm4a',
    text('\0\0\0\x18moof'),
    /; it continues an earlier fragment: send each fragment as a separate file with its own header$/,
  ],
  ['m4a', text('\0\0\0\x18styp'), /it continues an earlier fragment/],
  ['m4a', Buffer.from('ABC'), /but the audio begins with 41 42 43;/],
  ['aac', text('\0\0\0\x1cftypM4A '), /begins with the sync word of ADTS .* as in an MP4 file/],
  ['aac', hex('fffb9064'), /begins with the sync word of ADTS/],
  ['mp3', hex('fff15080'), /begins with the sync word of MP3/],
  ['mp3', text('OggS'), /as in an Ogg file/],
  [
    'wav',
    text('RIFF....AVI '),
    /begins with `RIFF`, and `WAVE` at byte 8, but the audio begins with 52 49 46 46 2e 2e 2e 2e; /,
  ],
  ['ogg', text('fLaC'), /begins with `OggS`.* a FLAC file/],
  ['opus', text('\0\0\0\x1cftypM4A '), /an MP4 file/],
  ['flac', text('OggX'), /begins with `fLaC`/],
  [
    'webm',
    hex('1f43b675'),
    /begins with an EBML header \(1a 45 df a3\), but the audio begins with 1f 43 b6 75 00 00 00 00; it continues an earlier fragment/,
  ],
  ['webm', hex('a3418180'), /it continues an earlier fragment/],
  ['webm', text('RIFF....WAVE'), /a WAV file/],
  [
    'pcm_s16le',
    wav(),
    /^`format` is "pcm_s16le", which has no header, but the audio begins with 52 49 46 46 2e 2e 2e 2e, as in a WAV file; set/,
  ],
  ['pcm', text('\0\0\0\x1cftypM4A '), /which has no header/],
];

describe('audio is fit', () => {
  it.each([0, 1, 2, 3, 4])('that is real speech: fragment %i', (number) => {
    const bytes = readSpeech(`speech-0${number}.m4a`);
    expect([faultOf('m4a', bytes), faultOf(undefined, bytes)]).toEqual([undefined, undefined]);
  });

  it('that is a second of real samples', () => {
    expect(faultOf('pcm_s16le', readSpeech('speech-00.pcm_s16le'), { duration_ms: 1000 })).toBeUndefined();
  });

  it.each(FIT)('that begins as %s does', (format: string, ...begins: Buffer[]) => {
    expect(begins.map((bytes) => faultOf(format, bytes))).toEqual(begins.map(() => undefined));
  });
});

describe('audio is unfit', () => {
  it.each(UNFIT)('that is named %s and does not begin so: %o', (format, bytes, words) => {
    expect(faultOf(format, bytes)).toMatch(words);
  });

  it.each(['m4a', 'pcm_s16le', 'webm', 'speex'])('without a single byte, whatever it is: %s', (format) => {
    expect(faultOf(format, Buffer.alloc(0), { duration_ms: 0 })).toBe(
      '0 bytes of audio were received; send no fragment without audio',
    );
  });
});

describe('samples', () => {
  const lasting = (bytes: number, duration_ms: number, more: object = {}) =>
    faultOf('pcm_s16le', Buffer.alloc(bytes), { duration_ms, ...more });

  it.each([
    ['pcm_s16le', 4],
    ['pcm_s16be', 4],
    ['s16le', 4],
    ['pcm16', 4],
    ['LINEAR16', 4],
    ['audio/L16;rate=48000', 4],
    ['pcm_s24le', 6],
    ['pcm_f32le', 8],
    ['f32', 8],
    ['pcm_u8', 2],
    ['pcm_mulaw', 2],
    ['PCMA', 2],
    ['ulaw', 2],
  ])('of %s have %i bytes for two channels', (format, frame) => {
    const last = (bytes: number, duration_ms: number) => faultOf(format, Buffer.alloc(bytes), { duration_ms });
    expect(last(48_000 * frame, 1000)).toBeUndefined();
    expect(last(48_000 * frame, 2000)).toMatch(/last 1000 ms, but `duration_ms` is 2000; send the actual duration$/);
    expect(last(48_000 * frame - 1, 1000)).toMatch(`a sample of 2 channels has ${frame}; send whole samples`);
  });

  it('are whole, in each channel', () => {
    expect(lasting(192_001, 1000)).toBe(
      '192001 bytes were received, and a sample of 2 channels has 4; send whole samples of each channel',
    );
    expect(lasting(96_001, 1000, { channels: 1 })).toMatch('a sample of 1 channel has 2');
    expect(lasting(96_000, 1000, { channels: 1 })).toBeUndefined();
  });

  it('last as long as is stated, to 2 % or 2 ms', () => {
    const said = (ms: number, duration_ms: number) => lasting(ms * 192, duration_ms) === undefined;
    expect([980, 979, 1020, 1021].map((ms) => said(ms, 1000))).toEqual([true, false, true, false]);
    expect([8, 7, 12, 13].map((ms) => said(ms, 10))).toEqual([true, false, true, false]);
    expect([1, 3].map((ms) => said(ms, 0))).toEqual([true, false]);
    expect(lasting(96_000, 6000, { sample_rate_hz: 24_000 })).toBe(
      '96000 bytes of samples at 24000 Hz and 2 channels last 1000 ms, but `duration_ms` is 6000; send the actual duration',
    );
  });

  it('of which no more is known than that they are samples may last as long as they like', () => {
    expect(faultOf('pcm', Buffer.alloc(7))).toBeUndefined();
  });
});

describe('a WAV file', () => {
  it('has in its header what is stated', () => {
    expect(faultOf('wav', wav({ rate: 44_100, channels: 1, samples: 529_200 }))).toBe(
      'the header of the WAV file says 44100 Hz and 1 channel, but `sample_rate_hz` is 48000 and `channels` is 2; send the values of the file',
    );
    expect(faultOf('wav', wav({ channels: 1 }), { channels: 1, duration_ms: 12_000 })).toBeUndefined();
  });

  it('lasts as long as is stated', () => {
    expect(faultOf('wav', wav(), { duration_ms: 3000 })).toMatch(/^1152000 bytes of samples .* last 6000 ms, but/);
    expect(faultOf('wav', wav({ samples: 0 }))).toMatch(/last 0 ms, but `duration_ms` is 6000/);
  });

  it('may say anything of its length, for who streams does not know that yet', () => {
    expect([0, 0xffff_ffff].map((dataBytes) => faultOf('wav', wav({ dataBytes })))).toEqual([undefined, undefined]);
  });

  it('may be compressed, or have another chunk first, and is taken at its word then', () => {
    expect(faultOf('wav', wav({ code: 0x55, samples: 9 }))).toBeUndefined();
    expect(faultOf('wav', text('RIFF....WAVEJUNK'))).toBeUndefined();
    expect(faultOf('wav', text('RIFF....WAVE').subarray(0, 12))).toBeUndefined();
  });
});
