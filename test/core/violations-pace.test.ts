import type { Input } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { accusations, active, end, fed, fragment, heard, pause, push, resume, silencing } from '../support/drive.js';

describe('max_inflight', () => {
  it('is exceeded by each fragment beyond it, taken or not, and by nothing else', () => {
    const drive = active({ delayMs: 10, queueLimit: 4 }, { maxInflight: 2 });
    drive.feed(...[0, 1, 2, 3, 4, 4].map((number) => fragment(number)), fragment(0));
    drive.advance(10);
    drive.feed(fragment(4), fragment(5), end);
    expect(accusations(drive)).toEqual([
      '0 exceeded-max-inflight 2',
      '0 exceeded-max-inflight 3',
      '0 exceeded-max-inflight 4',
      '0 exceeded-max-inflight 4',
      '0 reused-sequence-number 0',
    ]);
  });

  it('is what was agreed, not what the worker asked for', () => {
    const drive = active({ delayMs: 10, maxInflight: 1 }, { maxInflight: 2 });
    drive.feed(fragment(0), fragment(1));
    expect(accusations(drive)).toEqual(['0 exceeded-max-inflight 1']);
  });

  it('counts no result that is out by then, however late the server wakes', () => {
    const drive = active({ delayMs: 10 }, { maxInflight: 1 });
    drive.feed(fragment(0));
    drive.now = 30;
    drive.feed(fragment(1));
    expect(accusations(drive)).toEqual([]);
  });

  it('is not exceeded by a worker that finds the queue full below it', () => {
    const drive = active({ delayMs: 10, queueLimit: 1 });
    drive.feed(fragment(0), fragment(1), fragment(1));
    drive.advance(10);
    drive.feed(fragment(1), fragment(1));
    expect(accusations(drive)).toEqual(['10 reused-sequence-number 1']);
  });
});

describe('being told to pause', () => {
  it('counts from when it is known to have been heard, until there is other news', () => {
    const drive = active();
    drive.feed(push('pause'), fragment(0), heard(1), fragment(1));
    drive.feed(
      push('pause'),
      fragment(2),
      heard(2),
      heard(1),
      fragment(3),
      push('none'),
      fragment(4),
      heard(3),
      fragment(5),
    );
    expect(accusations(drive)).toEqual(['0 sent-while-told-to-pause 1', '0 sent-while-told-to-pause 3']);
  });

  it('is not heard before it is said', () => {
    const drive = fed(active(), heard(1), heard(Number.NaN), push('pause'), fragment(0));
    expect(accusations(drive)).toEqual([]);
  });

  it('goes for the signal over `max_inflight`, and beside it', () => {
    const drive = active({ delayMs: 10 }, { maxInflight: 1 });
    drive.feed(fragment(0), fragment(1), heard(1), fragment(2));
    drive.advance(10);
    drive.feed(fragment(3));
    expect(accusations(drive)).toEqual([
      '0 exceeded-max-inflight 1',
      '0 sent-while-told-to-pause 2',
      '0 exceeded-max-inflight 2',
    ]);
  });

  it('is of no account to what comes out of place or on another stream', () => {
    const drive = active();
    drive.feed(
      push('pause'),
      heard(1),
      pause,
      fragment(0),
      resume,
      fragment(0, 'fragment-0', 'stream-2'),
      end,
      fragment(0),
    );
    expect(accusations(drive)).toEqual(['0 out-of-place 0', '0 foreign-stream 0', '0 sent-after-end 0']);
  });

  it('is not held against a worker that cannot be told to go on', () => {
    const drive = active(silencing(0));
    drive.feed(push('pause'), heard(1), fragment(0), fragment(1), push('none'), fragment(2));
    expect(accusations(drive)).toEqual(['0 sent-while-told-to-pause 0']);
  });

  it('counts only signals that were let out', () => {
    const drive = active({ ...silencing(0) });
    drive.feed(fragment(0), push('pause'), heard(1), fragment(1));
    expect(accusations(drive)).toEqual([]);
  });
});

describe('the recommended delay', () => {
  it.each([
    [0, true],
    [497, true],
    [498, false],
    [500, false],
    [600, false],
  ])('of 500 ms: %i ms after it was said, a fragment ignores it: %s', (ms, isAccused) => {
    const drive = active();
    drive.feed(push('slow_down', 500), heard(1));
    drive.advance(ms);
    drive.feed(fragment(0));
    expect(accusations(drive)).toEqual(isAccused ? [`${ms} ignored-recommended-delay 0`] : []);
  });

  it('is none before it is heard, and none with another action', () => {
    const drive = active();
    drive.feed(push('slow_down', 500), fragment(0), push('none', 500), heard(2), fragment(1));
    drive.feed(push('slow_down', 0), heard(3), fragment(2));
    expect(accusations(drive)).toEqual([]);
  });
});

describe('a recommended delay', () => {
  it('is measured from its signal, and both numbers are named', () => {
    const drive = active();
    drive.advance(1000);
    drive.feed(push('slow_down', 300), heard(1));
    drive.advance(40);
    drive.feed(fragment(0));
    expect(drive.notes.at(-1)).toStrictEqual({
      kind: 'violation',
      violation: 'ignored-recommended-delay',
      message:
        'Fragment "fragment-0" (sequence_number 0) came 40 ms after a `backpressure` with action "slow_down" and ' +
        'recommended_delay_ms 300; wait that long before sending the next.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
      since: 'backpressure',
    });
  });

  it('excuses numbers that are missing for as long as it lasts, and only with "slow_down"', () => {
    const blame = (...signals: Input[]) => {
      const drive = active({}, { timeoutMs: 1000 });
      drive.feed(fragment(1));
      drive.advance(900);
      drive.feed(...signals);
      drive.advance(200);
      return accusations(drive);
    };
    const skipped = ['1000 skipped-sequence-number 0'];
    expect([blame(push('slow_down', 500)), blame(push('none', 500)), blame(push('slow_down', 50))]).toEqual([
      [],
      skipped,
      skipped,
    ]);
  });
});

describe('max_inflight and a queue that is as long', () => {
  it('are exceeded by the same fragment', () => {
    const drive = active({ delayMs: 10, queueLimit: 2 }, { maxInflight: 2 });
    drive.feed(fragment(0), fragment(1), fragment(2));
    expect(accusations(drive)).toEqual(['0 exceeded-max-inflight 2']);
  });
});
