import type { Consequence, FailureForm } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { active, delay, end, fragment, rules } from '../support/drive.js';

const failed = (retryable: boolean, as: FailureForm = 'failed'): Consequence => ({
  error: { code: 'TIMEOUT', message: 'too slow', retryable, stage: 'tts' },
  as,
  delayMs: 0,
});

/** Fails the first attempt at every fragment. */
const failOnce = () =>
  rules({
    when: ({ fragmentId }, { fragments }) =>
      fragments.find((record) => record.fragmentId === fragmentId)?.attempts === 1,
    consequence: failed(true),
  });
/** Fails that attempt at every fragment. */
const failAttempt = (attempt: number) => rules({ when: { attempt }, consequence: failed(true) });
/** Fails the first attempt at fragment 0, and nothing else. */
const failFirst = () => rules({ when: { sequenceNumber: 0 }, times: 1, consequence: failed(true) });
const failAlways = (retryable: boolean, as?: FailureForm) => rules({ consequence: failed(retryable, as) });

describe('a fragment that was taken before', () => {
  it.each([
    [
      'the same again',
      fragment(0),
      'fragment_id "fragment-0" was already accepted as sequence_number 0 and is done (success)',
    ],
    ['its id with another number', fragment(1, 'fragment-0'), 'fragment_id "fragment-0" was already accepted'],
    [
      'its number with another id',
      fragment(0, 'another'),
      'sequence_number 0 was already accepted or given up; 1 is expected next',
    ],
  ])('is refused: %s', (_, again, message) => {
    const drive = active();
    drive.feed(fragment(0), again);
    expect(drive.effects.at(-1)).toMatchObject({ code: 'INVALID_SEQUENCE', message: expect.stringContaining(message) });
    expect(drive.session.snapshot().totalFragments).toBe(1);
  });

  it('is refused while it is in flight or held', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0), fragment(0), fragment(2), fragment(2), fragment(2, 'another'));
    expect(drive.transcript.filter((line) => line.includes('INVALID_SEQUENCE'))).toHaveLength(3);
    expect(drive.effects[1]).toMatchObject({ message: expect.stringContaining('and is in flight') });
  });

  it('is refused when its last result was not retryable', () => {
    const drive = active(failAlways(false));
    drive.feed(fragment(0), fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 error error INVALID_SEQUENCE');
    expect(drive.effects.at(-1)).toMatchObject({ message: expect.stringContaining('failed (not retryable)') });
  });

  it('is refused when its last result was partial', () => {
    const drive = active(failAlways(true, 'partial'));
    drive.feed(fragment(0), fragment(0));
    expect(drive.effects.at(-1)).toMatchObject({ message: expect.stringContaining('done (partial, which is final)') });
  });
});

describe('a retry', () => {
  it('of a retryable failure is taken, acknowledged and processed', () => {
    const drive = active({ ...failOnce(), delayMs: 40 });
    drive.feed(fragment(0));
    drive.advance(50);
    drive.feed(fragment(0));
    drive.advance(50);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 40',
      '40 fragment:processed 0 failed',
      '50 fragment:ack fragment-0 behind 0, done in 40',
      '90 fragment:processed 0 success',
    ]);
    expect(drive.session.snapshot().fragments).toEqual([
      { fragmentId: 'fragment-0', sequenceNumber: 0, status: 'success', attempts: 2, receivedAt: 50, processedAt: 90 },
    ]);
  });

  it.each([
    ['each first attempt', 1, ['0 failed', '1 failed', '0 success', '1 success']],
    ['no first attempt, but a retry', 2, ['0 success', '1 success']],
  ])('can be told from a first attempt by a rule: it fails %s', (_, attempt, results) => {
    const drive = active(failAttempt(attempt));
    drive.feed(fragment(0), fragment(1), fragment(0), fragment(1));
    const lines = drive.transcript.filter((line) => line.includes('processed'));
    expect(lines).toEqual(results.map((result) => `0 fragment:processed ${result}`));
  });

  it('is the second attempt, also for a rule that fails that alone', () => {
    const book = rules(
      { when: { attempt: 1 }, consequence: failed(true) },
      { when: { attempt: 2, sequenceNumber: 0 }, consequence: failed(true) },
      { when: { attempt: 1 }, on: 'fragment:ack', consequence: { fault: 'drop', delayMs: 0 } },
    );
    const drive = active(book);
    drive.feed(fragment(0), fragment(0), fragment(0));
    expect(drive.transcript).toEqual([
      '0 fragment:processed 0 failed',
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 fragment:processed 0 failed',
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 fragment:processed 0 success',
    ]);
  });

  it('must keep its sequence number', () => {
    const drive = active(failOnce());
    drive.feed(fragment(0), fragment(1, 'fragment-0'));
    expect(drive.effects.at(-1)).toMatchObject({ message: expect.stringContaining('failed (retryable)') });
  });

  it('comes out as soon as it is done, whoever else is waiting, for its turn has passed', () => {
    const drive = active({ ...failFirst(), delayMs: 0 });
    drive.feed(fragment(0), delay(100), fragment(1), delay(10), fragment(0), delay(5), fragment(2));
    drive.advance(200);
    expect(drive.transcript.filter((line) => line.includes('processed'))).toEqual([
      '0 fragment:processed 0 failed',
      '10 fragment:processed 0 success',
      '100 fragment:processed 1 success',
      '100 fragment:processed 2 success',
    ]);
  });

  it('is not blocked by a gap, and does not fill one', () => {
    const drive = active(failFirst(), { timeoutMs: 1000 });
    drive.feed(fragment(0), fragment(2), fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 fragment:processed 0 success');
    expect(drive.session.snapshot()).toMatchObject({ expectedSequenceNumber: 1, heldSequenceNumbers: [2] });
  });

  it('may itself be retried, each in flight at most once', () => {
    const drive = active({ ...failAlways(true), delayMs: 10 });
    drive.feed(fragment(0));
    drive.advance(10);
    drive.feed(fragment(0), fragment(0));
    drive.advance(10);
    drive.feed(fragment(0));
    drive.advance(10);
    expect(drive.transcript.filter((line) => !line.includes('fragment:ack'))).toEqual([
      '10 fragment:processed 0 failed',
      '10 error error INVALID_SEQUENCE',
      '20 fragment:processed 0 failed',
      '30 fragment:processed 0 failed',
    ]);
  });

  it('counts in the statistics with every result, and once as a fragment', () => {
    const drive = active(failOnce());
    drive.feed(fragment(0), fragment(0), end);
    expect(drive.effects.at(-1)).toMatchObject({
      totalFragments: 1,
      statistics: { successCount: 1, failedCount: 1, partialCount: 0 },
    });
  });

  it('holds up `stream:complete` like any other in flight', () => {
    const drive = active(failFirst());
    drive.feed(fragment(0), delay(30), fragment(0), end);
    drive.advance(100);
    expect(drive.transcript.slice(-2)).toEqual(['30 fragment:processed 0 success', '30 stream:complete 1']);
  });

  it('comes out in the order in which retries are done', () => {
    const drive = active(failOnce());
    drive.feed(fragment(0), fragment(1), delay(20), fragment(0), delay(10), fragment(1));
    drive.now = 50;
    drive.feed(delay(0));
    expect(drive.transcript.slice(-2)).toEqual(['50 fragment:processed 1 success', '50 fragment:processed 0 success']);
  });
});

describe('a result', () => {
  it('carries the very audio that came, mock texts, and stage times that add up', () => {
    const drive = active({ delayMs: 47 }, {});
    const input = fragment(0);
    drive.feed(input);
    const [result] = drive.advance(47);
    expect(result).toEqual({
      kind: 'fragment:processed',
      fragmentId: 'fragment-0',
      streamId: 'stream-1',
      sequenceNumber: 0,
      status: 'success',
      audio: input.kind === 'fragment:data' ? input.fragment.audio : undefined,
      transcript: '[ECHO] fragment 0',
      translatedText: '[ECHO] (es) fragment 0',
      processingTimeMs: 47,
      stageTimings: { asrMs: 18, translationMs: 9, ttsMs: 20 },
      because: { delayMs: 47 },
    });
    expect(
      input.kind === 'fragment:data' && result?.kind === 'fragment:processed' && result.audio === input.fragment.audio,
    ).toBe(true);
  });

  it('carries the text of the caller, which may be a function of the fragment', () => {
    const texts = ['hello', ({ sequenceNumber }: { sequenceNumber: number }) => `no. ${sequenceNumber}`].map(
      (transcript) => {
        const drive = active({ transcript });
        drive.feed(fragment(0));
        return drive.effects.flatMap((effect) => (effect.kind === 'fragment:processed' ? [effect.transcript] : []));
      },
    );
    expect(texts).toEqual([['[ECHO] hello'], ['[ECHO] no. 0']]);
  });

  it('that failed carries the error and neither audio nor text', () => {
    const drive = active(failAlways(true));
    const result = drive.feed(fragment(0)).at(-1);
    expect(result).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT', retryable: true, stage: 'tts' } });
    expect(Object.keys(result ?? {})).not.toContain('audio');
    expect(Object.keys(result ?? {})).not.toContain('transcript');
  });

  it('that is partial carries both', () => {
    const drive = active(failAlways(true, 'partial'));
    const result = drive.feed(fragment(0)).at(-1);
    expect(result).toMatchObject({ status: 'partial', transcript: '[ECHO] fragment 0', error: { code: 'TIMEOUT' } });
    expect(result).toHaveProperty('audio');
  });
});
