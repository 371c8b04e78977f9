import {
  type Consequence,
  ERROR_CODES,
  type ErrorCode,
  type FailureForm,
  type FragmentError,
  type Severity,
} from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { active, Drive, delay, end, fragment, init, rules } from '../support/drive.js';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];
const isFatal = (severity: Severity) => severity === 'fatal';
const FORMS: FailureForm[] = ['failed', 'partial', 'error-event'];

const failure = (error: Partial<FragmentError>, as?: FailureForm, delayMs = 0): Consequence => ({
  error: { code: 'TIMEOUT', message: 'too slow', retryable: true, ...error },
  ...(as && { as }),
  delayMs,
});

const withCode = (code: ErrorCode, as: FailureForm) =>
  rules({ when: { sequenceNumber: 1 }, consequence: failure({ code, retryable: ERROR_CODES[code].retryable }, as) });

describe.each(CODES)('a fragment that a rule fails with %s', (code) => {
  const { severity, retryable } = ERROR_CODES[code];

  it.each(['failed', 'partial'] as const)('comes back %s in its turn, acknowledged before', (as) => {
    const drive = active({ delayMs: 10, ...withCode(code, as) });
    drive.feed(fragment(0), fragment(1), fragment(2), end);
    drive.advance(10);
    expect(drive.transcript.slice(1)).toEqual([
      '0 fragment:ack fragment-1 behind 1, done in 10',
      '0 fragment:ack fragment-2 behind 2, done in 10',
      '10 fragment:processed 0 success',
      `10 fragment:processed 1 ${as}`,
      '10 fragment:processed 2 success',
      '10 stream:complete 3',
    ]);
    expect(drive.effects[4]).toMatchObject({ error: { code, message: 'too slow', retryable } });
  });

  it('is answered with an error event in its turn, acknowledged before', () => {
    const book = withCode(code, 'error-event');
    const drive = active({ delayMs: 10, ...book });
    drive.feed(fragment(0), fragment(1));
    drive.advance(10);
    expect(drive.transcript.slice(1)).toEqual([
      '0 fragment:ack fragment-1 behind 1, done in 10',
      '10 fragment:processed 0 success',
      `10 error ${severity} ${code}`,
      ...(isFatal(severity) ? [`10 disconnect, ${code}`] : []),
    ]);
    expect(drive.effects[3]).toEqual({
      kind: 'error',
      errorId: 'session-1:1',
      streamId: 'stream-1',
      fragmentId: 'fragment-1',
      code,
      message: 'too slow',
      severity,
      retryable,
      because: { delayMs: 10, rule: book.rules.entries[0] },
    });
  });

  it.each(FORMS)('is taken again after %s only if that says so', (as) => {
    const drive = active(withCode(code, as));
    drive.feed(fragment(0), fragment(1));
    const before = drive.effects.length;
    drive.feed(fragment(1));
    const isTaken = drive.effects[before]?.kind === 'fragment:ack';
    // After a fatal error there is nobody to answer.
    expect(isTaken).toBe(as !== 'partial' && retryable && !isFatal(severity));
  });
});

describe('a failure', () => {
  it('carries the error with its stage, and neither audio nor text', () => {
    const book = rules({ consequence: failure({ stage: 'translation' }, 'failed') });
    const drive = active(book);
    expect(drive.feed(fragment(0)).at(-1)).toEqual({
      kind: 'fragment:processed',
      fragmentId: 'fragment-0',
      streamId: 'stream-1',
      sequenceNumber: 0,
      status: 'failed',
      processingTimeMs: 0,
      stageTimings: { asrMs: 0, translationMs: 0, ttsMs: 0 },
      error: { code: 'TIMEOUT', message: 'too slow', retryable: true, stage: 'translation' },
      because: { rule: book.rules.entries[0] },
    });
  });

  it('that is partial carries audio, text and the error', () => {
    const drive = active(rules({ consequence: failure({ stage: 'tts' }, 'partial') }));
    expect(drive.feed(fragment(0)).at(-1)).toMatchObject({
      status: 'partial',
      audio: { data_base64: 'audio of fragment-0' },
      transcript: '[ECHO] fragment 0',
      translatedText: '[ECHO] (es) fragment 0',
      error: { code: 'TIMEOUT', message: 'too slow', retryable: true, stage: 'tts' },
    });
  });

  it('is the form where the rule names none', () => {
    const drive = active(rules({ consequence: failure({}) }));
    expect(drive.feed(fragment(0)).at(-1)).toMatchObject({ status: 'failed' });
  });

  it.each(FORMS)('may come later than a success would, and still in order: %s', (as) => {
    const late = rules({ when: { sequenceNumber: 0 }, consequence: failure({}, as, 30) });
    const drive = active({ ...late, delayMs: 10 });
    drive.feed(fragment(0), fragment(1));
    drive.advance(100);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 40',
      '0 fragment:ack fragment-1 behind 1, done in 40',
      as === 'error-event' ? '40 error error TIMEOUT' : `40 fragment:processed 0 ${as}`,
      '40 fragment:processed 1 success',
    ]);
  });

  it.each([
    ['failed', '0 fragment:processed 0 failed'],
    ['error-event', '0 error error TIMEOUT'],
  ] as const)('once lets the retry succeed: %s', (as, failed) => {
    const drive = active(rules({ when: { sequenceNumber: 0 }, times: 1, consequence: failure({}, as) }));
    drive.feed(fragment(0), fragment(1), fragment(0), end);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 0',
      failed,
      '0 fragment:ack fragment-1 behind 0, done in 0',
      '0 fragment:processed 1 success',
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 fragment:processed 0 success',
      '0 stream:complete 2',
    ]);
    expect(drive.effects.at(-1)).toMatchObject({ statistics: { successCount: 2, failedCount: 1 } });
  });

  it('waits behind a gap like any other result', () => {
    const drive = active(rules({ when: { sequenceNumber: 1 }, consequence: failure({}, 'error-event') }));
    drive.feed(fragment(1), fragment(0));
    expect(drive.transcript.slice(2)).toEqual(['0 fragment:processed 0 success', '0 error error TIMEOUT']);
  });
});

describe('a code of the test’s own', () => {
  const own = (retryable: boolean, as: FailureForm) =>
    rules({ consequence: failure({ code: 'QUOTA_EXCEEDED', message: 'try tomorrow', retryable }, as) });

  it.each([true, false])('is delivered as it is, retryable: %s', (retryable) => {
    const drive = active(own(retryable, 'failed'));
    drive.feed(fragment(0), fragment(0));
    expect(drive.effects[1]).toMatchObject({ error: { code: 'QUOTA_EXCEEDED', message: 'try tomorrow', retryable } });
    expect(drive.transcript.at(-1)).toBe(
      retryable ? '0 fragment:processed 0 failed' : '0 error error INVALID_SEQUENCE',
    );
  });

  it('is an error and no warning as an event', () => {
    const drive = active(own(true, 'error-event'));
    drive.feed(fragment(0));
    expect(drive.effects.at(-1)).toMatchObject({ code: 'QUOTA_EXCEEDED', severity: 'error', retryable: true });
  });
});

describe('a fatal error event', () => {
  it('ends the connection: nothing is said after it', () => {
    const fatal = failure({ code: 'AUTH_FAILED', message: 'expired', retryable: false }, 'error-event');
    const drive = active({ delayMs: 10, ...rules({ when: { sequenceNumber: 1 }, consequence: fatal }) });
    drive.feed(fragment(0), fragment(1), fragment(2), end);
    drive.advance(60_000);
    drive.feed(fragment(3), init());
    expect(drive.transcript.slice(3)).toEqual([
      '10 fragment:processed 0 success',
      '10 error fatal AUTH_FAILED',
      '10 disconnect, AUTH_FAILED',
    ]);
  });
});

describe('what is kept of failures', () => {
  it('is in the statistics, the records and the list of errors', () => {
    const drive = new Drive(
      rules(
        { when: { sequenceNumber: 1 }, consequence: failure({ code: 'GPU_OOM', stage: 'asr' }) },
        { when: { sequenceNumber: 2 }, consequence: failure({ code: 'MODEL_ERROR' }, 'partial') },
        { when: { sequenceNumber: 3 }, consequence: failure({ code: 'RATE_LIMIT' }, 'error-event') },
      ),
    );
    drive.feed(init(), delay(10), fragment(0), fragment(1), fragment(2), fragment(3), end);
    drive.advance(10);
    const { statistics, fragments, errors } = drive.session.snapshot();
    expect(statistics).toMatchObject({ successCount: 1, partialCount: 1, failedCount: 2, droppedCount: 0 });
    expect(fragments.map(({ status, error, processedAt }) => [status, error?.code, processedAt])).toEqual([
      ['success', undefined, 10],
      ['failed', 'GPU_OOM', 10],
      ['partial', 'MODEL_ERROR', 10],
      ['failed', 'RATE_LIMIT', 10],
    ]);
    expect(errors.map(({ code, fragmentId, sentAt }) => [code, fragmentId, sentAt])).toEqual([
      ['RATE_LIMIT', 'fragment-3', 10],
    ]);
    expect(drive.effects.find(({ kind }) => kind === 'stream:complete')).toMatchObject({ statistics });
  });
});

describe('a failure that comes as an error event', () => {
  const event = (consequence: Partial<Consequence>) => {
    const failure = {
      error: { code: 'TIMEOUT', message: 'late', retryable: true },
      as: 'error-event',
      delayMs: 0,
    } as const;
    const drive = active(rules({ consequence: { ...failure, ...consequence } }));
    drive.feed(fragment(0));
    return drive.effects.find(({ kind }) => kind === 'error');
  };

  it('names the stage where the rule does', () => {
    const error = { code: 'GPU_OOM', message: '', retryable: true, stage: 'asr' } as const;
    expect(event({ error })).toMatchObject({ metadata: { stage: 'asr' } });
    expect(event({})).not.toHaveProperty('metadata');
  });

  it('does not come where its fragment is dropped', () => {
    expect(event({ fault: 'drop' })).toBeUndefined();
  });
});
