/** Errors on demand: every code in every form, which fragments a rule is for, and rules while a stream runs (issue 3, §3). */

import type { ErrorCode, ErrorRule, FailureForm, FailureRule } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, outcome, send } from '../support/worker.js';

const { start, join } = useScriptedFixtures();

/** PROTOCOL §5. */
const CODES: Readonly<Record<ErrorCode, { severity: string; retryable: boolean }>> = {
  AUTH_FAILED: { severity: 'fatal', retryable: false },
  STREAM_NOT_FOUND: { severity: 'error', retryable: false },
  INVALID_CONFIG: { severity: 'error', retryable: false },
  FRAGMENT_TOO_LARGE: { severity: 'error', retryable: false },
  TIMEOUT: { severity: 'error', retryable: true },
  MODEL_ERROR: { severity: 'error', retryable: true },
  GPU_OOM: { severity: 'error', retryable: true },
  QUEUE_FULL: { severity: 'warning', retryable: true },
  INVALID_SEQUENCE: { severity: 'error', retryable: false },
  RATE_LIMIT: { severity: 'warning', retryable: true },
};
const ALL_CODES = Object.keys(CODES) as ErrorCode[];

/** A worker that has sent so many fragments of an open stream, and has the answers to them. */
async function streamWith(errorRules: readonly ErrorRule[], count: number) {
  const sts = await start({ errorRules });
  const worker = await join(sts);
  await worker.init();
  await send(worker, ...Array(count).keys());
  return { sts, worker };
}

function names(worker: ScriptedWorker): string[] {
  return worker.received.map(({ event }) => event).filter((event) => event !== 'connect');
}

describe.each(ALL_CODES)('%s', (code) => {
  const { severity, retryable } = CODES[code];
  const error = { code, message: 'Simulated error', retryable };

  it('comes as a failed result, without audio', async () => {
    const { worker } = await streamWith([{ when: {}, code }], 1);
    const { processing_time_ms, stage_timings, metadata, ...result } = await worker.next('fragment:processed');
    const { fragment_id, stream_id, sequence_number } = fragment(0);
    expect(result).toStrictEqual({ fragment_id, stream_id, sequence_number, status: 'failed', error });
    expect(names(worker)).toEqual(['stream:ready', 'fragment:ack', 'fragment:processed']);
  });

  it('comes as a partial result, with audio, text and the error', async () => {
    const { worker, sts } = await streamWith([{ when: {}, code, as: 'partial' }], 1);
    const { transcript, translated_text, ...result } = await worker.next('fragment:processed');
    expect(result).toMatchObject({ status: 'partial', dubbed_audio: fragment(0).audio, error });
    expect([transcript, translated_text]).toEqual(Array(2).fill(expect.stringMatching(/^\[ECHO\] /)));
    expect(sts.session('stream-1')).toMatchObject({
      statistics: { successCount: 0, partialCount: 1, failedCount: 0 },
      fragments: [{ status: 'partial', error }],
    });
  });

  it('comes as an error event in place of the result', async () => {
    const sts = await start({ errorRules: [{ when: {}, code, as: 'error-event' }] });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    expect(await worker.next('error')).toStrictEqual({
      error_id: expect.stringMatching(/./),
      stream_id: 'stream-1',
      fragment_id: 'fragment-0',
      severity,
      ...error,
    });
    if (severity === 'fatal') expect(await worker.next('disconnect')).toBe('io server disconnect');
    else await worker.settled();
    expect(names(worker).slice(0, 3)).toEqual(['stream:ready', 'fragment:ack', 'error']);
    expect(worker.all('fragment:processed')).toEqual([]);
    const session = sts.session('stream-1');
    expect(session).toMatchObject({ inflight: 0, errors: [{ code, fragmentId: 'fragment-0' }] });
    expect(session?.fragments).toMatchObject([{ status: 'failed', error }]);
  });
});

describe('a rule is for', () => {
  const code = 'TIMEOUT';

  it.each<[string, FailureRule['when'], string]>([
    ['a sequence number', { sequenceNumber: 2 }, '0 1 2! 3 4 5'],
    ['a fragment id', { fragmentId: 'fragment-3' }, '0 1 2 3! 4 5'],
    ['every nth fragment, counted from 1', { everyNth: 2 }, '0 1! 2 3! 4 5!'],
    ['every fragment, by probability 1', { probability: 1 }, '0! 1! 2! 3! 4! 5!'],
    ['no fragment, by probability 0', { probability: 0 }, '0 1 2 3 4 5'],
    ['its stream', { streamId: 'stream-1' }, '0! 1! 2! 3! 4! 5!'],
    ['another stream', { streamId: 'stream-2' }, '0 1 2 3 4 5'],
    ['every fragment, without conditions', {}, '0! 1! 2! 3! 4! 5!'],
    ['fragments that meet all conditions', { everyNth: 2, sequenceNumber: 3, streamId: 'stream-1' }, '0 1 2 3! 4 5'],
    ['none, if one condition fails', { everyNth: 2, sequenceNumber: 2 }, '0 1 2 3 4 5'],
    [
      'what its function says of the fragment',
      ({ audio, timestamp }) => 'format' in audio && timestamp % 3 === 0,
      '0 1! 2 3 4! 5',
    ],
    [
      'what its function says of the session',
      (_, { streamId, totalFragments }) => streamId === 'stream-1' && totalFragments > 4,
      '0 1 2 3 4! 5!',
    ],
  ])('%s', async (_, when, expected) => {
    const { worker } = await streamWith([{ when, code }], 6);
    expect(outcome(worker)).toBe(expected);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
      '`when` threw: no idea',
    ],
    [
      'answers neither true nor false',
      () => 'perhaps' as unknown as boolean,
      '`when` expected to return true or false, got "perhaps"',
    ],
  ])('a fragment that fails with MODEL_ERROR where its function %s', async (_, when, message) => {
    const { worker } = await streamWith([{ when, code }], 1);
    expect((await worker.next('fragment:processed')).error).toEqual({ code: 'MODEL_ERROR', message, retryable: false });
  });
});

describe('a rule', () => {
  it('comes first when it was added first', async () => {
    const rules: ErrorRule[] = [
      { when: { everyNth: 2 }, code: 'GPU_OOM' },
      { when: { sequenceNumber: 1 }, code: 'TIMEOUT' },
      { when: {}, code: 'RATE_LIMIT' },
    ];
    const { worker, sts } = await streamWith(rules, 3);
    const codes = worker.all('fragment:processed').map(({ error }) => error.code);
    expect([codes, sts.errorRules.map(({ hits }) => hits)]).toEqual([
      ['RATE_LIMIT', 'GPU_OOM', 'RATE_LIMIT'],
      [1, 0, 2],
    ]);
  });

  it('says its own message, stage and whether to try again', async () => {
    const told = { code: 'TIMEOUT', message: 'the recognizer sleeps', stage: 'asr', retryable: false } as const;
    const { worker } = await streamWith([{ when: {}, ...told }], 1);
    expect((await worker.next('fragment:processed')).error).toStrictEqual(told);
  });

  it('may have a code of its own, as a result or as an event', async () => {
    const own = { code: 'WORKER_MELTDOWN', retryable: true };
    const forms: FailureForm[] = ['failed', 'partial', 'error-event'];
    const rules = forms.map((as, sequenceNumber): ErrorRule => ({ when: { sequenceNumber }, ...own, as }));
    const { worker } = await streamWith(rules, 3);
    const error = { ...own, message: 'Simulated error' };
    expect(worker.all('fragment:processed')).toMatchObject([
      { status: 'failed', error },
      { status: 'partial', error },
    ]);
    expect(worker.all('error')).toMatchObject([{ ...error, severity: 'error', fragment_id: 'fragment-2' }]);
  });

  it('delays the failure, and what comes after it waits', async () => {
    const { worker } = await streamWith([{ when: { sequenceNumber: 0 }, code: 'TIMEOUT', delayMs: 200 }], 2);
    for (const _ of [0, 1]) await worker.next('fragment:processed');
    expect(outcome(worker)).toBe('0! 1');
    const [first, second] = worker.all('fragment:ack').map((ack) => ack.estimated_completion_ms);
    expect([first, second <= 200, second > 0]).toEqual([200, true, true]);
    expect(worker.all('fragment:processed')[0].processing_time_ms).toBeGreaterThanOrEqual(200);
  });

  it('may delay for longer than a timer can count', async () => {
    const warnings: Error[] = [];
    const record = (warning: Error) => warnings.push(warning);
    process.on('warning', record);
    const { worker } = await streamWith([{ when: {}, code: 'TIMEOUT', delayMs: 2 ** 40 }], 1);
    await worker.settled();
    process.off('warning', record);
    expect([worker.all('fragment:ack')[0].estimated_completion_ms, warnings]).toEqual([2 ** 40, []]);
  });

  it('stops after `times` hits and lets `after` matches pass', async () => {
    const { worker, sts } = await streamWith([{ when: {}, code: 'TIMEOUT', after: 1, times: 2 }], 5);
    expect([outcome(worker), sts.errorRules[0]?.hits]).toEqual(['0 1! 2! 3 4', 2]);
  });

  it('comes in its turn among sound results', async () => {
    const { worker } = await streamWith([{ when: { sequenceNumber: 1 }, code: 'TIMEOUT', as: 'error-event' }], 0);
    await send(worker, 2, 1, 0);
    const order = worker.received.filter(({ event }) => ['fragment:processed', 'error'].includes(event));
    expect(order.map(({ payload }) => payload.fragment_id)).toEqual(['fragment-0', 'fragment-1', 'fragment-2']);
  });
});
