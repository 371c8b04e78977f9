import type { Fault, Input, MessageName, SessionSettings } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import {
  accusations,
  active,
  type Drive,
  delay,
  end,
  failingOnce,
  fed,
  fragment,
  push,
  rules,
  silencing,
} from '../support/drive.js';

describe('a number', () => {
  it.each<[string, () => Drive, string]>([
    ['in flight', () => fed(active({ delayMs: 9 }), fragment(0), fragment(0)), 'reused-sequence-number 0'],
    ['of another id', () => fed(active(), fragment(0), fragment(1, 'fragment-0')), 'reused-sequence-number 1'],
    ['that was partial', () => fed(active(failingOnce(true, 'partial')), fragment(0), fragment(0)), 'resent-success 0'],
    [
      'that has failed for good, as an event',
      () => fed(active(failingOnce(false, 'error-event')), fragment(0), fragment(0)),
      'retried-final-failure 0',
    ],
    [
      'that failed and then succeeded',
      () => fed(active(failingOnce(true)), fragment(0), fragment(0), fragment(0)),
      'resent-success 0',
    ],
  ])('%s is not to be sent again', (_, play, violation) => {
    expect(accusations(play())).toEqual([`0 ${violation}`]);
  });

  it('is told that a partial result is final', () => {
    const { effects } = fed(active(failingOnce(true, 'partial')), fragment(0), fragment(0));
    const told = effects.flatMap((effect) => (effect.kind === 'error' ? [effect.message] : []));
    expect(told).toEqual([expect.stringContaining('is done (partial, which is final); send each fragment once')]);
  });

  const spoiling = (fault: Fault, on?: MessageName, delayMs = 0) =>
    rules({ ...(on && { on }), when: { sequenceNumber: 0 }, consequence: { fault, delayMs } });

  it.each<[string, Partial<SessionSettings>]>([
    ['result was dropped', spoiling('drop')],
    ['result was damaged', spoiling('malformed')],
    ['result had other audio', spoiling('corrupt')],
    ['acknowledgement was withheld', { ...spoiling('no-ack'), delayMs: 9 }],
    ['acknowledgement was dropped', { ...spoiling('drop', 'fragment:ack'), delayMs: 9 }],
    ['acknowledgement was damaged', { ...spoiling('malformed', 'fragment:ack'), delayMs: 9 }],
    ['acknowledgement comes late', { ...spoiling('late', 'fragment:ack', 100), delayMs: 9 }],
    ['stream is silent', spoiling('silence')],
    ['stream is silent, before its result is there', { ...silencing(0), delayMs: 9 }],
  ])('whose %s may be sent again, as it was or under another id, and is refused all the same', (_, settings) => {
    for (const again of [fragment(0), fragment(0, 'another')]) {
      const drive = fed(active(settings), fragment(0));
      for (const ms of [0, 20]) {
        drive.advance(ms);
        drive.feed(again);
      }
      expect(accusations(drive)).toEqual([]);
      const { errors, totalFragments } = drive.session.snapshot();
      expect(totalFragments).toBe(1);
      if (settings.rules?.entries[0]?.rule.consequence.fault !== 'silence')
        expect(errors.map(({ code }) => code)).toEqual(['INVALID_SEQUENCE', 'INVALID_SEQUENCE']);
    }
  });

  it.each<[string, Partial<SessionSettings>]>([
    ['another was dropped', rules({ when: { sequenceNumber: 1 }, consequence: { fault: 'drop', delayMs: 0 } })],
    ['it was said twice', rules({ consequence: { fault: 'duplicate', delayMs: 0 } })],
    ['it came late, and has come', rules({ consequence: { fault: 'late', delayMs: 5 } })],
  ])('whose result the worker has is not to be sent again, although %s', (_, settings) => {
    const drive = fed(active(settings), fragment(0), fragment(1));
    drive.advance(10);
    drive.feed(fragment(0));
    expect(accusations(drive)).toEqual(['10 resent-success 0']);
  });

  it('that has failed for good may be sent again by who was not told that it was taken', () => {
    const failure = { error: { code: 'TIMEOUT', message: '', retryable: false }, delayMs: 0 };
    const lost = { on: 'fragment:ack', consequence: { fault: 'drop', delayMs: 0 } } as const;
    const drive = fed(active(rules({ consequence: failure }, lost)), fragment(0), fragment(0));
    expect(accusations(drive)).toEqual([]);
    expect(drive.session.snapshot().errors).toMatchObject([{ code: 'INVALID_SEQUENCE' }]);
  });

  it('too far ahead is no better for having been turned away before', () => {
    const drive = fed(active({ maxFragmentsPerMinute: 1 }), fragment(0), fragment(9));
    drive.advance(60_000);
    drive.feed(fragment(9));
    expect(accusations(drive)).toEqual(['60000 skipped-sequence-number 9']);
  });

  it('that was answered before the stream fell silent is not to be sent again', () => {
    const drive = fed(active(silencing(1)), fragment(0));
    drive.advance(5);
    drive.feed(fragment(1), fragment(0), fragment(1));
    expect(accusations(drive)).toEqual(['5 resent-success 0']);
  });

  it.each(['failed', 'error-event'] as const)('may be sent again after a retryable failure: %s', (as) => {
    expect(accusations(fed(active(failingOnce(true, as)), fragment(0), fragment(0), end))).toEqual([]);
  });

  it('that was left out is told of when its time is over, and again when it comes after all', () => {
    const drive = active({}, { timeoutMs: 1000 });
    drive.feed(fragment(1), fragment(2));
    drive.advance(1000);
    drive.feed(fragment(0));
    expect(drive.remarks).toEqual(['1000 gap 0', '1000 skipped-sequence-number 0', '1000 reused-sequence-number 0']);
    expect(drive.notes[1]).toMatchObject({
      message: expect.stringMatching(/^sequence_number 0 did not arrive within 1000 ms, /),
      since: 'fragment:data',
    });
  });

  it('that was left out is told of when the stream ends', () => {
    const drive = active({ reorderWindow: 9 });
    drive.feed(fragment(0), fragment(2), fragment(5), end);
    expect(drive.remarks).toEqual(['0 gap 1, 3, 4', '0 skipped-sequence-number 1']);
    expect(drive.notes[1]).toMatchObject({
      message:
        'sequence_number 1, 3, 4 had not arrived before `stream:end`, so the fragments behind it are sent ' +
        'without it; send all ' +
        'numbers before `stream:end`.',
      since: 'fragment:data',
    });
  });

  it('that came out of turn, or in another order, is not left out', () => {
    const drive = active(rules({ when: { sequenceNumber: 1 }, consequence: { fault: 'out-of-order', delayMs: 0 } }));
    drive.feed(fragment(1), fragment(2), fragment(0), end);
    expect(accusations(drive)).toEqual([]);
  });
});

describe('a worker that was turned away', () => {
  const limited = () => active({ maxFragmentsPerMinute: 2, delayMs: 60_000 }, { timeoutMs: 1000 });

  it('has done nothing wrong, and has left no number out', () => {
    const drive = limited();
    drive.feed(fragment(0));
    drive.advance(10);
    drive.feed(fragment(1));
    drive.advance(59_989);
    drive.feed(fragment(2));
    drive.advance(1);
    // The minute of the first is over, before the worker can have sent the refused one again.
    drive.feed(fragment(3));
    drive.advance(1000);
    drive.feed(fragment(2));
    expect(drive.transcript.filter((line) => line.includes('error'))).toEqual([
      '59999 error warning RATE_LIMIT',
      '61000 error error INVALID_SEQUENCE',
      '61000 error error INVALID_SEQUENCE',
    ]);
    expect(drive.remarks).toEqual(['61000 gap 2']);
  });

  it('may have sent numbers beyond the window before it heard', () => {
    const drive = active({ queueLimit: 1, reorderWindow: 0, delayMs: 10 });
    drive.feed(fragment(0), fragment(1));
    drive.advance(10);
    drive.feed(fragment(2));
    expect(drive.transcript.at(-1)).toBe('10 error error INVALID_SEQUENCE');
    // The one beyond was sent, too.
    drive.feed(fragment(1));
    drive.advance(10);
    drive.feed(fragment(3));
    expect(drive.transcript.at(-1)).toBe('20 error error INVALID_SEQUENCE');
    expect(accusations(drive)).toEqual([]);
  });

  it('may end its stream before it heard', () => {
    const drive = active({ queueLimit: 1, delayMs: 10 });
    drive.feed(fragment(0), fragment(1));
    drive.advance(10);
    drive.feed(fragment(2), end);
    expect(drive.remarks).toEqual(['10 gap 1']);
  });

  it('may send again what holds up all that is in flight', () => {
    const drive = active({ maxFragmentsPerMinute: 2, reorderWindow: 9 }, { maxInflight: 1, timeoutMs: 600_000 });
    drive.feed(fragment(0));
    drive.advance(59_000);
    drive.feed(fragment(1), fragment(2));
    drive.advance(1000);
    drive.feed(fragment(3));
    drive.advance(58_000);
    drive.feed(delay(10));
    drive.advance(1000);
    expect(drive.session.snapshot()).toMatchObject({ inflight: 1, heldSequenceNumbers: [3] });
    drive.feed(fragment(2));
    expect([drive.session.snapshot().expectedSequenceNumber, accusations(drive)]).toEqual([4, []]);
  });

  it('may find the queue full when it sends again', () => {
    const drive = active({ maxFragmentsPerMinute: 3, queueLimit: 2 }, { maxInflight: 2 });
    drive.feed(fragment(0), fragment(1));
    drive.advance(59_000);
    drive.feed(delay(60_000), fragment(2), fragment(3));
    drive.advance(1000);
    drive.feed(fragment(4), fragment(3));
    expect(drive.transcript.filter((line) => line.includes('error'))).toEqual([
      '59000 error warning RATE_LIMIT',
      '60000 error warning QUEUE_FULL',
    ]);
    expect(accusations(drive)).toEqual([]);
  });

  it('has not exceeded `max_inflight` by what was too much for the minute', () => {
    const drive = active({ maxFragmentsPerMinute: 1, delayMs: 10 }, { maxInflight: 1 });
    drive.feed(fragment(0), fragment(1));
    expect([drive.transcript.at(-1), accusations(drive)]).toEqual(['0 error warning RATE_LIMIT', []]);
  });

  it('is accused all the same of numbers that it never sent', () => {
    const drive = active({ queueLimit: 1, delayMs: 10, reorderWindow: 9 });
    drive.feed(fragment(0), fragment(1));
    drive.advance(10);
    drive.feed(fragment(3), end);
    expect(drive.remarks).toEqual(['10 gap 1, 2', '10 skipped-sequence-number 2']);
    expect(drive.notes[1]).toMatchObject({ message: expect.stringMatching(/^sequence_number 2 had not arrived /) });
  });

  it('is accused as anyone once its number has been taken', () => {
    const drive = active({ queueLimit: 1, delayMs: 10 });
    drive.feed(fragment(0), fragment(1));
    drive.advance(10);
    drive.feed(fragment(1), fragment(1, 'another'));
    expect(accusations(drive)).toEqual(['10 reused-sequence-number 1']);
  });

  it('is believed for ten thousand numbers, and no more', () => {
    const drive = active({ maxFragmentsPerMinute: 1, reorderWindow: 20_000 });
    drive.feed(fragment(0));
    for (let number = 1; number <= 10_001; number += 1) drive.feed(fragment(number));
    drive.advance(60_000);
    drive.feed(fragment(10_002), end);
    expect(accusations(drive)).toEqual(['60000 skipped-sequence-number 10001']);
  });
});

describe('a worker that was not to send the missing number', () => {
  const dropping = rules({ when: { sequenceNumber: 0 }, consequence: { fault: 'drop', delayMs: 0 } });
  const CASES: [string, () => Drive, Input[]][] = [
    ['told to pause', () => active({}, { timeoutMs: 1000 }), [fragment(0), fragment(2), push('pause')]],
    ['told to slow down', () => active({}, { timeoutMs: 1000 }), [fragment(0), fragment(2), push('slow_down', 1001)]],
    [
      'with as many in flight as it may have',
      () => active({ reorderWindow: 9 }, { timeoutMs: 1000, maxInflight: 2 }),
      [fragment(0), fragment(2), fragment(3)],
    ],
    [
      'as far as it could see, for a result was dropped',
      () => active(dropping, { timeoutMs: 1000, maxInflight: 2 }),
      [fragment(0), fragment(2)],
    ],
    [
      'while another was turned away',
      () => active({ maxFragmentsPerMinute: 2, reorderWindow: 9 }, { timeoutMs: 1000 }),
      [fragment(0), fragment(2), fragment(3)],
    ],
  ];

  it.each(CASES)('is not accused of it when its time is over, nor when it comes after all: %s', (_, reach, inputs) => {
    const drive = fed(reach(), ...inputs);
    drive.advance(1000);
    drive.feed(push('none'), fragment(1));
    expect(accusations(drive)).toEqual([]);
    expect(drive.remarks.filter((line) => line.includes('gap'))).toEqual(['1000 gap 1']);
    expect(drive.transcript.at(-1)).toBe('1000 error error INVALID_SEQUENCE');
    expect(accusations(fed(drive, fragment(1), end))).toEqual(['1000 reused-sequence-number 1']);
  });

  it.each(CASES)('is accused of it if its stream ends without: %s', (_, reach, inputs) => {
    const drive = fed(reach(), ...inputs);
    drive.advance(1000);
    drive.feed(end);
    expect(accusations(drive)).toEqual(['1000 skipped-sequence-number 1']);
  });

  it('may send it as soon as the recommended delay is over', () => {
    const drive = fed(active({}, { timeoutMs: 1000 }), fragment(0), fragment(2), push('slow_down', 1000));
    drive.advance(1000);
    expect(accusations(drive)).toEqual(['1000 skipped-sequence-number 1']);
  });

  it.each([
    ['when its time is over', (drive: Drive) => drive.advance(1000)],
    ['when the stream ends', (drive: Drive) => drive.feed(end)],
  ])('is not accused at all of a stream that is silent: %s', (_, go) => {
    const drive = fed(active(silencing(0), { timeoutMs: 1000 }), fragment(0), fragment(2));
    go(drive);
    expect(accusations(drive)).toEqual([]);
  });
});
