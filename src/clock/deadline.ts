/**
 * How long somebody else is waited for: by real time, and only by that in which this process could have read what came. Nobody is
 * given up for a loop that was kept busy here, or for a stop in a debugger.
 */

import { afterReading, NO_TIME_MS, realClock, uptimeMs } from './clock.js';

/**
 * Calls back after so many milliseconds, and once what had arrived by then has been read and answered. Those in which the
 * process was blocked do not count. The returned function takes that back.
 */
export function startDeadline(callback: () => void, afterMs: number): () => void {
  let stop = () => {};
  const go = (leftMs: number) => {
    const startedAt = uptimeMs();
    let blockedMs = 0;
    const blocked = (forMs: number) => {
      blockedMs += forMs;
    };
    const wake = () => {
      const stillMs = leftMs - (uptimeMs() - startedAt - blockedMs);
      if (stillMs >= NO_TIME_MS) go(stillMs);
      // What has just been read is answered in this turn.
      else stop = afterReading({ wake: callback });
    };
    stop = realClock.startTimer({ wake, blocked }, leftMs);
  };
  go(afterMs);
  return () => stop();
}

/** Resolves when the promise does, or after so many milliseconds of real time, blocked or not: for what must not take long. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let stopTimer = () => {};
  const late = new Promise<void>((resolve) => {
    stopTimer = realClock.startTimer({ wake: resolve }, ms);
  });
  await Promise.race([promise, late]);
  stopTimer();
}
