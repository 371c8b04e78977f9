/** What is overdue: Node warns of a timer below zero. */

import timers from 'node:timers';
import { expect, it, onTestFinished, vi } from 'vitest';

it.each([-1000, -0.5, 0, 5])('a timer of %d ms is none of Node below zero, on real and on global time', async (ms) => {
  const real = vi.spyOn(timers, 'setTimeout');
  const global = vi.spyOn(globalThis, 'setTimeout');
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.resetModules();
  });
  vi.resetModules();
  const { globalClock, realClock } = await import('../../src/clock/clock.js');
  realClock.startTimer({ wake: () => {} }, ms)();
  globalClock().startTimer({ wake: () => {} }, ms)();
  const waited = [real.mock.calls[0]?.[1], global.mock.calls[0]?.[1]];
  expect(waited).toEqual(ms > 0 ? [ms, ms] : [undefined, undefined]);
});
