/** Time in which this process was blocked is not held against whoever it waits for. */

import { describe, expect, it, vi } from 'vitest';
import { globalClock, nextTurn, realClock, type Sleeper } from '../../src/clock/clock.js';
import { atMost, startDeadline } from '../../src/clock/deadline.js';
import { MovedClock } from '../../src/clock/manual-clock.js';
import { block } from '../support/blocked.js';

const TURNS = 5;

describe('a deadline', () => {
  it.each([1, 60, 500])('of %d ms is not over when the process was blocked for longer', async (ms) => {
    let isOver = false;
    const over = new Promise<void>((resolve) => {
      startDeadline(() => {
        isOver = true;
        resolve();
      }, ms);
    });
    block(ms + 300);
    // What had arrived by then is read in these, and answered.
    for (let turn = 0; turn < (ms === 1 ? 1 : TURNS); turn += 1) await nextTurn();
    expect(isOver).toBe(false);
    await over;
  });

  it('comes to an end also where the loop is never free for long', async () => {
    let isOver = false;
    startDeadline(() => {
      isOver = true;
    }, 100);
    for (let blocks = 0; blocks < 20 && !isOver; blocks += 1) {
      block(120);
      await nextTurn();
    }
    expect(isOver).toBe(true);
  });

  it('counts from when it is set, and not from when the turn began', async () => {
    block(600);
    const stop = startDeadline(() => expect.unreachable('it has just been set'), 500);
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
    stop();
  });

  it('is taken back by what it returns, at any stage', async () => {
    const stop = startDeadline(() => expect.unreachable('it was stopped'), 1);
    block(20);
    await new Promise<void>((resolve) => {
      realClock.startTimer({ wake: resolve }, 1);
      stop();
    });
    await nextTurn();
  });

  it('lets a promise be awaited for so long, and no longer', async () => {
    await atMost(5, new Promise(() => {}));
    await atMost(600_000, Promise.resolve());
  });
});

describe('a timer', () => {
  const CLOCKS = { real: realClock, global: globalClock() };

  it.each(Object.entries(CLOCKS))('says how long the process was blocked: %s', async (_, clock) => {
    let blockedMs = 0;
    await new Promise<void>((resolve) => {
      const blocked = (forMs: number) => {
        blockedMs += forMs;
      };
      clock.startTimer({ wake: resolve, blocked }, 20);
      block(400);
    });
    expect(blockedMs).toBeGreaterThanOrEqual(388);
  });

  it('is taken back also by the one who is told that it was blocked', async () => {
    const wake = vi.fn();
    const isTold = new Promise<void>((resolve) => {
      const blocked = () => {
        stop();
        resolve();
      };
      const stop = realClock.startTimer({ wake, blocked }, 20);
    });
    block(100);
    await isTold;
    for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
    expect(wake).not.toHaveBeenCalled();
  });

  it.each(Object.entries({ ...CLOCKS, manual: new MovedClock() }))(
    'of what is due wakes in the next turn, without a move, and after all that is being read: %s',
    async (_, clock) => {
      const seen: string[] = [];
      let pieces = 3;
      const sleeper: Sleeper = {
        isReading: () => {
          pieces -= 1;
          seen.push('look');
          return pieces > 0;
        },
        wake: () => seen.push('wake'),
      };
      clock.startTimer(sleeper, 0);
      clock.startTimer({ wake: () => expect.unreachable('it was stopped') }, -5)();
      expect(seen).toEqual([]);
      for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
      expect(seen).toEqual(['look', 'look', 'look', 'wake']);
    },
  );
});
