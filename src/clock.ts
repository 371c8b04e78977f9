/** Real time and real timers, also while a test runner fakes the global ones. Nothing else in `src` reads a clock. */

import timers from 'node:timers';

// Copies, taken at import: fake timers replace the globals, and `process.uptime` stays real.
const { setTimeout, clearTimeout, setImmediate } = timers;
const processStartedAt = Date.now() - process.uptime() * 1000;

export type Timer = NodeJS.Timeout;

/** The longest time a Node timer can count, milliseconds; more is taken for 1. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Unix milliseconds, integer; never goes back. */
export function now(): number {
  return Math.floor(processStartedAt + process.uptime() * 1000);
}

/** Calls back once, after so many milliseconds. */
export function startTimer(callback: () => void, afterMs: number): Timer {
  return setTimeout(callback, afterMs);
}

export function stopTimer(timer: Timer | undefined): void {
  clearTimeout(timer);
}

/** Resolves after the input and output that is ready now has been dealt with. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Resolves when the promise does, or after so many milliseconds. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise((resolve) => {
    timer = startTimer(() => resolve(undefined), ms);
  });
  await Promise.race([promise, late]);
  stopTimer(timer);
}
