/** Time in which nothing could be read is not held against the worker (PROTOCOL §6.3). */

import type { Input } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { accusations, active, fragment } from '../support/drive.js';

const blocked = (forMs: number): Input => ({ kind: 'blocked', forMs });
const GIVEN_UP = ['error error INVALID_SEQUENCE', 'fragment:processed 1 success'];

/** A stream with fragment 1 held, and what is said after so much time that was blocked from the beginning. */
function held(blockedMs: number, passedMs = blockedMs) {
  const drive = active({}, { timeoutMs: 1000 });
  drive.feed(fragment(1));
  drive.now = passedMs;
  drive.session.handle(blocked(blockedMs), drive.now);
  drive.transcript.length = 0;
  return drive;
}

describe('the wait for a gap', () => {
  it('is so much longer', () => {
    const drive = held(1500);
    drive.advance(999);
    expect([drive.transcript, drive.session.wakeAt]).toEqual([[], 2500]);
    drive.advance(1);
    expect(drive.transcript).toEqual(GIVEN_UP.map((line) => `2500 ${line}`));
    expect(accusations(drive)).toEqual(['2500 skipped-sequence-number 0']);
  });

  it('ends with the fragment that lay in the socket, and with no violation', () => {
    const drive = held(1500);
    drive.feed(fragment(0));
    expect([drive.transcript.slice(1), accusations(drive)]).toEqual([
      ['1500 fragment:processed 0 success', '1500 fragment:processed 1 success'],
      [],
    ]);
  });

  it('counts what was blocked while it lasted, several times if it has to, and no more', () => {
    expect(held(5000, 300).session.wakeAt).toBe(1300);
    const drive = held(300);
    drive.now = 700;
    drive.feed(blocked(200));
    expect(drive.session.wakeAt).toBe(1500);
  });

  it('is for the next gap as long as ever', () => {
    const drive = held(300);
    drive.feed(fragment(0), fragment(3));
    expect(drive.session.wakeAt).toBe(1300);
    drive.feed(fragment(2), fragment(5));
    drive.advance(100);
    expect(drive.session.wakeAt).toBe(1300);
  });
});

describe('the wait for a second gap', () => {
  /** A stream in which fragment 3 has been held since 200 ms, after a first gap for which 100 ms were excused. */
  function heldAgain() {
    const drive = active({}, { timeoutMs: 1000 });
    drive.feed(fragment(1));
    drive.now = 100;
    drive.feed(blocked(100), fragment(0));
    drive.now = 200;
    drive.feed(fragment(3));
    expect(drive.session.wakeAt).toBe(1200);
    return drive;
  }

  it('has nothing of what was excused for the first', () => {
    const drive = heldAgain();
    drive.now = 400;
    drive.feed(blocked(50));
    expect(drive.session.wakeAt).toBe(1250);
  });

  it('is excused for no longer than it has lasted', () => {
    const drive = heldAgain();
    drive.now = 230;
    drive.feed(blocked(100));
    expect(drive.session.wakeAt).toBe(1230);
  });
});

describe('a recommended delay', () => {
  /** Who ignores 100 ms between fragments that come at these times, each so much late. */
  function ignoring(...came: [at: number, lateMs: number][]): string[] {
    const drive = active({}, { maxInflight: 10 });
    const signal = { severity: 'medium', action: 'slow_down', recommendedDelayMs: 100 } as const;
    drive.feed({ kind: 'push backpressure', signal }, { kind: 'heard', signal: 1 });
    drive.now = 1000;
    for (const [number, [at, lateMs]] of came.entries()) {
      drive.now = 1000 + at;
      drive.feed({ ...fragment(number), lateMs } as Input);
    }
    return accusations(drive);
  }

  it.each<[string, [number, number][], string[]]>([
    [
      'one that was read late, and one on time',
      [
        [80, 80],
        [100, 0],
      ],
      [],
    ],
    ['several that were read together, as many as there was time for', Array(4).fill([300, 300]), []],
    ['one more than that', Array(5).fill([300, 300]), ['1300 ignored-recommended-delay 4']],
    [
      'one that may have been sent a little later',
      [
        [50, 50],
        [100, 0],
        [130, 0],
      ],
      ['1130 ignored-recommended-delay 2'],
    ],
    [
      'none that was read late',
      [
        [100, 0],
        [150, 0],
      ],
      ['1150 ignored-recommended-delay 1'],
    ],
    [
      'one that is late itself',
      [
        [100, 0],
        [150, 50],
      ],
      ['1150 ignored-recommended-delay 1'],
    ],
  ])('is judged by when fragments can have been sent: %s', (_, came, expected) => {
    expect(ignoring(...came)).toEqual(expected);
  });
});

it('nothing else is put off', () => {
  const drive = active({ delayMs: 40 });
  drive.feed(fragment(0), blocked(30));
  expect(drive.session.wakeAt).toBe(40);
});
