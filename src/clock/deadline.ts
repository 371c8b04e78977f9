/**
 * Time limits for peers: in real time, counting only the time in which this process could have read a reply. A busy
 * loop or a stop in a debugger does not count.
 */

import { afterReading, NO_TIME_MS, realClock, uptimeMs } from './clock.js';

/**
 * Calls back after `afterMs`, once everything that arrived before has been read and answered. Time in which the process
 * was blocked does not count. The returned function cancels that.
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
      // Input that was just read is answered in this turn.
      else stop = afterReading({ wake: callback });
    };
    stop = realClock.startTimer({ wake, blocked }, leftMs);
  };
  go(afterMs);
  return () => stop();
}

/** Resolves when the promise does, or after `ms` of real time, including blocked time. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let stopTimer = () => {};
  const late = new Promise<void>((resolve) => {
    stopTimer = realClock.startTimer({ wake: resolve }, ms);
  });
  await Promise.race([promise, late]);
  stopTimer();
}
