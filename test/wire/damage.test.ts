import type { NamedMessage, Processed } from 'echo-sts/core';
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

describe('a malformed message', () => {
  const counts = { successCount: 1, partialCount: 0, failedCount: 0, droppedCount: 0 };
  const statistics = { ...counts, avgProcessingTimeMs: 0, p95ProcessingTimeMs: 0 };
  const severe = { severity: 'error', retryable: true } as const;
  const messages: [without: string, mistyped: string, message: NamedMessage][] = [
    ['session_id', 'max_inflight', { kind: 'stream:ready', streamId: 's', sessionId: 'x', maxInflight: 3 }],
    ['status', 'queue_position', { kind: 'fragment:ack', fragmentId: 'f', sequenceNumber: 0, queuePosition: 2 }],
    [
      'statistics',
      'total_fragments',
      { kind: 'stream:complete', streamId: 's', totalFragments: 1, totalDurationMs: 0, statistics },
    ],
    [
      'action',
      'current_inflight',
      {
        kind: 'backpressure',
        streamId: 's',
        number: 1,
        severity: 'high',
        action: 'pause',
        currentInflight: 4,
        queueDepth: 0,
      },
    ],
    ['code', 'retryable', { kind: 'error', errorId: 'e', code: 'TIMEOUT', message: 'late', ...severe }],
  ];

  it.each(messages)('lacks `%s`, has a string for `%s`, and is whole otherwise', (without, mistyped, message) => {
    const whole = JSON.parse(JSON.stringify(encode(message)));
    const { [without]: _, ...rest } = whole;
    const malformed = JSON.parse(JSON.stringify(encode({ ...message, damage: 'malformed' })));
    expect(typeof whole[mistyped]).not.toBe('string');
    expect(malformed).toEqual({ ...rest, [mistyped]: String(whole[mistyped]) });
  });
});
