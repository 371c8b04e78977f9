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

  it('counts a result that is not out yet, however late the server wakes: the worker cannot have it', () => {
    const drive = active({ delayMs: 10 }, { maxInflight: 1 });
    drive.feed(fragment(0));
    drive.now = 30;
    drive.feed(fragment(1));
    drive.advance(10);
    drive.feed(fragment(2));
    expect(accusations(drive)).toEqual(['30 exceeded-max-inflight 1']);
  });

  it('is exceeded by what comes together, with no delay at all', () => {
    const drive = active({}, { maxInflight: 3 });
    drive.feedTogether(...Array.from({ length: 10 }, (_, number) => fragment(number)));
    expect(accusations(drive)).toEqual([3, 4, 5, 6, 7, 8, 9].map((number) => `0 exceeded-max-inflight ${number}`));
    drive.feed(fragment(10), fragment(11));
    expect(accusations(drive)).toHaveLength(7);
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

  it('is named with the time since the signal', () => {
    const drive = active();
    drive.advance(100);
    drive.feed(push('pause'), heard(1));
    drive.advance(30);
    drive.feed(fragment(0));
    expect(drive.notes.map((note) => 'message' in note && note.message)).toEqual([
      expect.stringContaining('arrived 30 ms after a `backpressure` with action "pause"'),
    ]);
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
  it('does not count from a fragment of another stream', () => {
    const drive = active();
    drive.feed(push('slow_down', 100), heard(1));
    drive.advance(200);
    drive.feed(fragment(0));
    drive.advance(60);
    drive.feed(fragment(0, 'fragment-0', 'stream-2'));
    drive.advance(60);
    drive.feed(fragment(1));
    expect(accusations(drive)).toEqual(['260 foreign-stream 0']);
  });

  it.each([
    [4, true],
    [5, false],
  ])('that is short may be halved on the way: %i of 10 ms after the fragment before ignore it: %s', (ms, isAccused) => {
    const drive = active();
    drive.feed(push('slow_down', 10), heard(1));
    drive.advance(20);
    drive.feed(fragment(0));
    drive.advance(ms);
    drive.feed(fragment(1));
    expect(accusations(drive)).toEqual(isAccused ? [`${20 + ms} ignored-recommended-delay 1`] : []);
  });

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
        'Fragment "fragment-0" (sequence_number 0) arrived 40 ms after a `backpressure` with action "slow_down" and ' +
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

describe('between two fragments, a recommended delay of 500 ms', () => {
  /** What a worker is accused of that has heard `slow_down`, and sends fragments so much apart. */
  const blame = (drive: ReturnType<typeof active>, ...gaps: number[]) => {
    for (const [index, ms] of gaps.entries()) {
      drive.advance(ms);
      drive.feed(fragment(index + 1));
    }
    return accusations(drive).map((line) => line.replace(/^\d+ /, ''));
  };
  const slowedDown = () => fed(active(), fragment(0), push('slow_down', 500), heard(1));
  const ignored = (number: number) => `ignored-recommended-delay ${number}`;

  it.each([
    [[500, 500, 500], []],
    [[0, 500, 500], [ignored(1)]],
    [[500, 10, 500], [ignored(2)]],
    [
      [500, 500, 0, 0],
      [ignored(3), ignored(4)],
    ],
    [[5000, 10], [ignored(2)]],
    // A tenth is grace: the one before may have been read late.
    [[450, 600, 450], []],
    [[449], [ignored(1)]],
  ])('is ignored by fragments %j ms apart: %j', (gaps, expected) => {
    expect(blame(slowedDown(), ...gaps)).toEqual(expected);
  });

  it('counts from the fragment before, not from the signal', () => {
    const drive = fed(active(), fragment(0));
    drive.advance(480);
    drive.feed(push('slow_down', 500), heard(1));
    expect(blame(drive, 20, 500)).toEqual([]);
  });

  it('names the time since the fragment before', () => {
    const drive = slowedDown();
    blame(drive, 600, 30);
    expect(drive.notes.at(-1)).toMatchObject({
      message:
        'Fragment "fragment-2" (sequence_number 2) arrived 30 ms after the one before it, despite a ' +
        '`backpressure` with action "slow_down" and recommended_delay_ms 500; wait that long between two.',
      since: 'backpressure',
    });
  });

  it('counts from whatever was sent before, taken or not', () => {
    const drive = active({ delayMs: 10_000, queueLimit: 1 });
    drive.feed(push('slow_down', 500), heard(1));
    drive.advance(500);
    drive.feed(fragment(0));
    drive.advance(500);
    drive.feed(fragment(1));
    drive.advance(100);
    drive.feed(fragment(1));
    expect(accusations(drive)).toEqual(['1100 ignored-recommended-delay 1']);
  });

  it.each(['none', 'pause'] as const)('is lifted by "%s"', (action) => {
    const drive = fed(slowedDown(), push(action));
    expect(blame(drive, 10, 10)).toEqual([]);
  });

  it('does not go on in the next stream, nor in another one', () => {
    slowedDown();
    expect(blame(fed(active(), fragment(0)), 0, 0)).toEqual([]);
  });

  it('excuses a number that is missing for as long as the next may not be sent', () => {
    const late = (...inputs: Input[]) => {
      const drive = fed(active({}, { timeoutMs: 1000 }), push('slow_down', 700), fragment(1));
      drive.advance(800);
      drive.feed(...inputs);
      drive.advance(400);
      return accusations(drive);
    };
    expect([late(), late(fragment(2))]).toEqual([['1000 skipped-sequence-number 0'], []]);
  });
});
