import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_AUDIO_BYTES } from '../../src/wire/fragment-data.js';
import { answerTo, decode, MAX_DEPTH } from '../../src/wire/inbound.js';
import { fragment, init } from '../support/client.js';

const audio = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'QUJD' };

describe('an event as the protocol has it', () => {
  it('stream:init becomes an input, with the defaults of the page', () => {
    expect(decode('stream:init', [{ stream_id: 's', worker_id: 'w', config: {} }])).toEqual({
      kind: 'stream:init',
      streamId: 's',
      workerId: 'w',
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
    });
  });

  it('stream:init becomes an input, with everything said', () => {
    const config = {
      source_language: 'de',
      target_language: 'fr',
      voice_profile: '',
      chunk_duration_ms: 6000,
      sample_rate_hz: 16000,
      channels: 2,
      format: 'pcm_s16le',
      mood: 'ignored',
    };
    const payload = { stream_id: 's', worker_id: 'w', config, max_inflight: 10, timeout_ms: 1000, extra: [1] };
    expect(decode('stream:init', [payload])).toEqual({
      kind: 'stream:init',
      streamId: 's',
      workerId: 'w',
      config: {
        sourceLanguage: 'de',
        targetLanguage: 'fr',
        voiceProfile: '',
        chunkDurationMs: 6000,
        sampleRateHz: 16000,
        channels: 2,
        format: 'pcm_s16le',
      },
      maxInflight: 10,
      timeoutMs: 1000,
    });
  });

  it('fragment:data becomes an input that carries the very audio and metadata that came, and the digest of the audio', () => {
    const metadata = { pts_ns: 2 ** 63, source_pts_ns: 2 ** 53 + 2, scene: 'harbour' };
    const payload = fragment(7, { audio: { ...audio, codec: 'kept' }, metadata });
    const input = decode('fragment:data', [payload]);
    expect(input).toEqual({
      kind: 'fragment:data',
      streamId: 'stream-1',
      fragment: {
        fragmentId: 'fragment-7',
        streamId: 'stream-1',
        sequenceNumber: 7,
        timestamp: 1_700_000_000_007,
        audio: payload.audio,
        audioDigest: { bytes: 3, hash: 'a3830348' },
        metadata,
      },
    });
    expect(input.kind === 'fragment:data' && input.fragment.audio === payload.audio).toBe(true);
    expect(input.kind === 'fragment:data' && input.fragment.metadata === metadata).toBe(true);
  });

  it.each([
    [
      'fragment:ack',
      { fragment_id: 'f', status: 'received', timestamp: 5 },
      { fragmentId: 'f', status: 'received', timestamp: 5 },
    ],
    [
      'fragment:ack',
      { fragment_id: 'f', status: 'applied', timestamp: -5 },
      { fragmentId: 'f', status: 'applied', timestamp: -5 },
    ],
    ['stream:pause', { stream_id: 's' }, { streamId: 's' }],
    ['stream:pause', { stream_id: 's', reason: 'lunch' }, { streamId: 's', reason: 'lunch' }],
    ['stream:resume', { stream_id: 's', reason: 'ignored' }, { streamId: 's' }],
    ['stream:end', { stream_id: 's' }, { streamId: 's' }],
    ['stream:end', { stream_id: 's', reason: 'done' }, { streamId: 's', reason: 'done' }],
  ])('%s %j becomes an input', (event, payload, input) => {
    expect(decode(event, [payload])).toEqual({ kind: event, ...input });
  });

  it.each([
    ['stream:init', 'stream:ready'],
    ['fragment:data', 'fragment:ack'],
    ['stream:end', 'stream:complete'],
    ['fragment:ack', undefined],
    ['stream:pause', undefined],
    ['stream:resume', undefined],
    ['no such event', undefined],
  ])('%s is answered directly by %s', (event, answer) => {
    expect(answerTo(event)).toBe(answer);
  });
});

/** [event, the field and a wrong value for it, what is said of it] */
const WRONG: [string, object, string, string][] = [
  ['stream:init', init({ stream_id: undefined }), 'stream_id', 'expected a non-empty string, got nothing'],
  ['stream:init', init({ stream_id: '' }), 'stream_id', 'expected a non-empty string, got an empty string'],
  ['stream:init', init({ worker_id: 5 }), 'worker_id', 'expected a non-empty string, got 5'],
  ['stream:init', { stream_id: 's', worker_id: 'w' }, 'config', 'is required, but missing'],
  ['stream:init', init({ max_inflight: '3' }), 'max_inflight', 'expected an integer from 1 to 10, got the text "3"'],
  [
    'fragment:data',
    fragment(0, { sequence_number: '5' }),
    'sequence_number',
    'expected an integer ≥ 0, got the text "5"',
  ],
  [
    'fragment:data',
    { ...fragment(0), audio: { format: 'm4a', sample_rate_hz: 48000, channels: 2, duration_ms: 6, data: '' } },
    'audio.data_base64',
    'is required, but missing; there is `audio.data`',
  ],
  ['stream:init', init({ config: null }), 'config', 'expected an object, got null'],
  ['stream:init', init({ config: [] }), 'config', 'expected an object, got a list'],
  ['stream:init', init({ config: Buffer.alloc(3) }), 'config', 'expected an object, got binary data'],
  [
    'stream:init',
    init({ config: { source_language: '' } }),
    'config.source_language',
    'expected a non-empty string, got an empty string',
  ],
  ['stream:init', init({ config: { voice_profile: 1 } }), 'config.voice_profile', 'expected a string, got 1'],
  [
    'stream:init',
    init({ config: { chunk_duration_ms: 99 } }),
    'config.chunk_duration_ms',
    'expected an integer from 100 to 6000, got 99',
  ],
  [
    'stream:init',
    init({ config: { chunk_duration_ms: 6001 } }),
    'config.chunk_duration_ms',
    'expected an integer from 100 to 6000, got 6001',
  ],
  [
    'stream:init',
    init({ config: { sample_rate_hz: 8000 } }),
    'config.sample_rate_hz',
    'expected one of 16000, 22050, 44100, 48000, got 8000',
  ],
  ['stream:init', init({ config: { channels: 3 } }), 'config.channels', 'expected one of 1, 2, got 3'],
  [
    'stream:init',
    init({ config: { format: '' } }),
    'config.format',
    'expected a non-empty string, got an empty string',
  ],
  ['stream:init', init({ max_inflight: 0 }), 'max_inflight', 'expected an integer from 1 to 10, got 0'],
  ['stream:init', init({ max_inflight: 11 }), 'max_inflight', 'expected an integer from 1 to 10, got 11'],
  ['stream:init', init({ timeout_ms: 999 }), 'timeout_ms', 'expected an integer from 1000 to 30000, got 999'],
  ['stream:init', init({ timeout_ms: 30_001 }), 'timeout_ms', 'expected an integer from 1000 to 30000, got 30001'],
  ['stream:init', init({ timeout_ms: null }), 'timeout_ms', 'expected an integer from 1000 to 30000, got null'],
  [
    'fragment:data',
    fragment(0, { fragment_id: '' }),
    'fragment_id',
    'expected a non-empty string, got an empty string',
  ],
  ['fragment:data', fragment(-1), 'sequence_number', 'expected an integer ≥ 0, got -1'],
  ['fragment:data', fragment(0, { sequence_number: 0.5 }), 'sequence_number', 'expected an integer ≥ 0, got 0.5'],
  [
    'fragment:data',
    fragment(0, { sequence_number: JSON.parse('1e999') }),
    'sequence_number',
    'expected an integer ≥ 0, got Infinity',
  ],
  ['fragment:data', fragment(0, { timestamp: 'now' }), 'timestamp', 'expected an integer, got "now"'],
  ['fragment:data', fragment(0, { audio: 'QUJD' }), 'audio', 'expected an object, got "QUJD"'],
  ['fragment:data', fragment(0, { audio: { ...audio, format: 4 } }), 'audio.format', 'expected a string, got 4'],
  [
    'fragment:data',
    fragment(0, { audio: { ...audio, sample_rate_hz: 7999 } }),
    'audio.sample_rate_hz',
    'expected an integer from 8000 to 96000, got 7999',
  ],
  [
    'fragment:data',
    fragment(0, { audio: { ...audio, channels: '2' } }),
    'audio.channels',
    'expected one of 1, 2, got the text "2"',
  ],
  [
    'fragment:data',
    fragment(0, { audio: { ...audio, duration_ms: 60_001 } }),
    'audio.duration_ms',
    'expected an integer from 0 to 60000, got 60001',
  ],
  [
    'fragment:data',
    fragment(0, { audio: { ...audio, data_base64: 'QUJ' } }),
    'audio.data_base64',
    'expected standard base64 with padding (A–Z a–z 0–9 + / =), got "QUJ": 3 characters; ' +
      'the padding is wrong: the text must end with "="',
  ],
  [
    'fragment:data',
    fragment(0, { audio: { ...audio, data_base64: `${'QUJD'.repeat(15_000)}!UJD` } }),
    'audio.data_base64',
    `expected standard base64 with padding (A–Z a–z 0–9 + / =), got "${'QUJD'.repeat(20)}…" (60004 characters): ` +
      '"!" at position 60000 (the first is 0); encode the bytes again',
  ],
  [
    'fragment:data',
    fragment(0, { audio: { ...audio, data_base64: Buffer.from('QUJD') } }),
    'audio.data_base64',
    'expected standard base64 with padding (A–Z a–z 0–9 + / =), got binary data',
  ],
  ['fragment:data', fragment(0, { metadata: 5 }), 'metadata', 'expected an object, got 5'],
  [
    'fragment:data',
    fragment(0, { metadata: { pts_ns: 0.5 } }),
    'metadata.pts_ns',
    'expected an integer up to 2^63, got 0.5',
  ],
  [
    'fragment:ack',
    { fragment_id: 'f', status: 'seen', timestamp: 1 },
    'status',
    'expected one of "received", "applied", got "seen"',
  ],
  ['stream:pause', { stream_id: 's', reason: 5 }, 'reason', 'expected a string, got 5'],
  ['stream:resume', {}, 'stream_id', 'is required, but missing'],
  ['stream:end', { stream_id: {} }, 'stream_id', 'expected a non-empty string, got an object'],
];

describe('a wrong field', () => {
  it.each(WRONG)('of %s %j is told by its path %s', (event, payload, path, message) => {
    const input = decode(event, [payload]);
    expect(input).toMatchObject({
      kind: 'malformed',
      refusal: {
        code: 'INVALID_CONFIG',
        message: `The payload of \`${event}\` is wrong: \`${path}\` ${message}. Correct it and send the event again.`,
        metadata: { issues: [{ path, message }] },
      },
    });
  });

  it('is told together with all others, and with whom it is about', () => {
    const input = decode('fragment:data', [fragment(-1, { timestamp: null, audio: {} })]);
    expect(input).toMatchObject({
      refusal: {
        streamId: 'stream-1',
        fragmentId: 'fragment--1',
        metadata: {
          issues: [
            'sequence_number',
            'timestamp',
            'audio.sample_rate_hz',
            'audio.channels',
            'audio.duration_ms',
            'audio.data_base64',
          ].map((path) => expect.objectContaining({ path })),
        },
      },
    });
  });
});

const EVENTS = ['stream:init', 'fragment:data', 'fragment:ack', 'stream:pause', 'stream:resume', 'stream:end'];

describe.each(EVENTS)('a payload of %s as a whole', (event) => {
  it.each([
    ['missing', [], 'expected exactly one object, got 0 arguments'],
    ['two of them', [{}, {}], 'expected exactly one object, got 2 arguments'],
    ['null', [null], 'expected an object, got null'],
    ['a text', ['{}'], 'expected an object, got "{}"'],
    ['a number', [5], 'expected an object, got 5'],
    ['a list', [[]], 'expected an object, got a list'],
    ['binary', [Buffer.alloc(8)], 'expected an object, got binary data'],
    ['too deep', [nested(MAX_DEPTH + 1)], 'expected at most 64 objects or lists inside each other, got more'],
    ['far too deep', [nested(100_000)], 'expected at most 64 objects or lists inside each other, got more'],
  ])('is refused when it is %s', (_, args, message) => {
    expect(decode(event, args)).toMatchObject({
      kind: 'malformed',
      refusal: { metadata: { issues: [{ path: 'payload', message }] } },
    });
  });

  it('does not take its fields from a `__proto__` key', () => {
    const payload = JSON.parse(`{"__proto__":${JSON.stringify({ ...init(), ...fragment(0), status: 'applied' })}}`);
    expect(decode(event, [payload])).toMatchObject({ kind: 'malformed' });
    expect(Object.hasOwn(Object.prototype, 'stream_id')).toBe(false);
  });
});

describe('depth', () => {
  it('is not held against a payload at the limit', () => {
    const payload = fragment(0, { metadata: { tree: nested(MAX_DEPTH - 2) } });
    expect(decode('fragment:data', [payload]).kind).toBe('fragment:data');
  });
});

describe('size', () => {
  const base64 = (bytes: number) => Buffer.alloc(bytes).toString('base64');

  it('of 10 MiB exactly is taken', () => {
    const payload = fragment(0, { audio: { ...audio, data_base64: base64(MAX_AUDIO_BYTES) } });
    expect(decode('fragment:data', [payload]).kind).toBe('fragment:data');
  });

  it('of one byte more is too large', () => {
    const payload = fragment(0, { audio: { ...audio, data_base64: base64(MAX_AUDIO_BYTES + 1) } });
    expect(decode('fragment:data', [payload])).toEqual({
      kind: 'malformed',
      refusal: {
        code: 'FRAGMENT_TOO_LARGE',
        message:
          '`audio.data_base64` contains 10485761 bytes of audio, and the limit is 10485760 (10 MiB); cut the audio ' +
          'into shorter fragments.',
        streamId: 'stream-1',
        fragmentId: 'fragment-0',
        metadata: { audioBytes: 10_485_761, limitBytes: 10_485_760 },
      },
    });
  });

  it('is looked at before anything else', () => {
    const payload = { audio: { data_base64: '*'.repeat(14_000_000) } };
    expect(decode('fragment:data', [payload, 'extra'])).toMatchObject({ refusal: { code: 'FRAGMENT_TOO_LARGE' } });
  });

  it('is no matter in an event that carries no audio', () => {
    const payload = { ...init(), audio: { data_base64: 'A'.repeat(14_000_000) } };
    expect(decode('stream:init', [payload]).kind).toBe('stream:init');
  });
});

describe('whatever comes', () => {
  it.each([
    ['strem:end', 'stream:end'],
    ['fragment:dta', 'fragment:data'],
    ['streamInit', 'stream:init'],
    ['STREAM_PAUSE', 'stream:pause'],
  ])('%s is an unknown event by which %s may be meant', (event, meant) => {
    expect(decode(event, [{}])).toEqual({ kind: 'unknown', event, meant });
  });

  it.each([['no:such:event'], [5], [''], ['__proto__'], ['constructor'], ['toString']])(
    '%j is an unknown event',
    (event) => {
      expect(decode(event, [{}])).toEqual({ kind: 'unknown', event: String(event) });
    },
  );

  it('becomes an input: nothing throws', () => {
    const event = fc.oneof(fc.constantFrom(...EVENTS), fc.string());
    fc.assert(
      fc.property(event, fc.array(fc.jsonValue({ maxDepth: 6 }), { maxLength: 3 }), (name, args) => {
        expect(['unknown', 'malformed', name]).toContain(decode(name, args).kind);
      }),
    );
  });

  it('with the right names and any values becomes an input, and a refusal names a field', () => {
    const any = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.integer(), fc.string());
    const payload = fc.record(
      {
        stream_id: any,
        fragment_id: any,
        sequence_number: any,
        timestamp: any,
        status: any,
        config: any,
        audio: any,
        metadata: any,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...EVENTS), payload, (name, value) => {
        const input = decode(name, [value]);
        if (input.kind === 'malformed') expect(input.refusal.message).toMatch(/`[a-z_.]+` (expected|is required)/);
        else expect(input.kind).toBe(name);
      }),
    );
  });
});

/** So many lists inside each other, made without recursion. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < depth; level += 1) value = [value];
  return value;
}
