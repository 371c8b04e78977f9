/** How long the event loop was busy: what arrived meanwhile could not be read. */

import { performance } from 'node:perf_hooks';
import { afterReading } from './clock.js';

// A copy, taken at import: fake timers replace what is in `performance`.
const { eventLoopUtilization } = performance;
/** A busy time below this is ignored, milliseconds. */
const SHORT_MS = 25;

/**
 * Returns a function that returns how long, in integer milliseconds, current input may have waited: the busy time of
 * the loop since the last call, or 0 if that was short.
 */
export function startBusyTime(): () => number {
  let last = eventLoopUtilization().active;
  /** Everything read in the same turn has waited equally long. */
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
