import type { Processed } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { encode } from '../../src/wire/outbound.js';

describe('a damaged result', () => {
  const audio = { format: 'm4a', data_base64: Buffer.from('any audio at all').toString('base64') };
  const result: Processed = {
    kind: 'fragment:processed',
    fragmentId: 'f',
    streamId: 's',
    sequenceNumber: 7,
    status: 'success',
    audio,
    processingTimeMs: 0,
    stageTimings: { asrMs: 0, translationMs: 0, ttsMs: 0 },
  };
  const whole = JSON.parse(JSON.stringify(encode(result)));
  const damaged = (change: Partial<Processed>) => JSON.parse(JSON.stringify(encode({ ...result, ...change })));

  it('that is corrupt has audio of the same length of which every byte is another, and is whole otherwise', () => {
    const { dubbed_audio, ...rest } = damaged({ damage: 'corrupt' });
    expect({ ...rest, dubbed_audio: audio }).toEqual(whole);
    const [before, after] = [audio.data_base64, dubbed_audio.data_base64].map((text) => Buffer.from(text, 'base64'));
    expect(dubbed_audio).toEqual({ format: 'm4a', data_base64: after?.toString('base64') });
    expect(dubbed_audio.data_base64).toHaveLength(audio.data_base64.length);
    expect([...(before ?? [])].filter((byte, index) => byte === after?.[index])).toEqual([]);
  });

  it('is damaged in the same way every time, and the audio that came is left alone', () => {
    const before = structuredClone(audio);
    expect(damaged({ damage: 'corrupt' })).toEqual(damaged({ damage: 'corrupt' }));
    expect(audio).toEqual(before);
  });

  it.each([
    ['a failure', { audio: undefined }, undefined],
    ['empty audio', { audio: { data_base64: '' } }, { data_base64: '' }],
    ['audio without bytes', { audio: { sample: 1 } }, { sample: 1 }],
  ] as const)('that is corrupt is as it was where there is nothing to alter: %s', (_, change, expected) => {
    const { audio: replaced } = change;
    const { audio: _whole, ...bare } = result;
    const message: Processed = { ...bare, ...(replaced && { audio: replaced }), damage: 'corrupt' };
    expect(JSON.parse(JSON.stringify(encode(message))).dubbed_audio).toEqual(expected);
  });

  it('that is malformed has no status, and a text for its sequence number', () => {
    const { status: _, ...rest } = whole;
    expect(damaged({ damage: 'malformed' })).toEqual({ ...rest, sequence_number: '7' });
  });
});
