/** How long the loop of this process was at work, whatever at: what arrived meanwhile could not be read. */

import { performance } from 'node:perf_hooks';
import { afterReading } from './clock.js';

// A copy, taken at import: fake timers replace what is in `performance`.
const { eventLoopUtilization } = performance;
/** What is at work for less reads what comes at once, milliseconds. */
const SHORT_MS = 25;

/**
 * Answers how many milliseconds, an integer, what is being read now may have waited for that: as long as the loop has been at
 * work since it was asked last, or 0 when only for short.
 */
export function startBusyTime(): () => number {
  let last = eventLoopUtilization().active;
  /** What is read in the same turn has waited as long. */
  let ofTurn = 0;
  return () => {
    const { active } = eventLoopUtilization();
    const busyMs = Math.ceil(active - last);
    last = active;
    if (busyMs < SHORT_MS) return ofTurn;
    ofTurn += busyMs;
    const wake = () => {
      ofTurn = 0;
    };
    afterReading({ wake });
    return ofTurn;
  };
}
