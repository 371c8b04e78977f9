/** Whether the caller of this program is still there: its parent process, and the other end of its standard input. */

import { realClock } from '../clock/clock.js';
import { descents, parentOf } from './ancestors.js';

/** Read at once: later the caller may have ended already. */
const DESCENTS = descents();
/** How often the parent is checked; a process gets no event when its parent ends. */
const LOOK_EVERY_MS = 100;

/** Calls back once, soon after the parent process has ended, or that of the `npx` between; returns what stops that. */
export function onParentEnd(callback: (reason: string) => void): () => void {
  const look = () => {
    if (!isThere()) return callback('the parent process has ended');
    stop = realClock.startTimer({ wake: look }, LOOK_EVERY_MS);
  };
  let stop = realClock.startTimer({ wake: look }, LOOK_EVERY_MS);
  return () => stop();
}

/**
 * Calls back when the standard input has ended, which it does when all that held its other end are gone; returns what stops
 * that. What comes is read and thrown away. A terminal is not read: where it ends, SIGHUP comes.
 */
export function onInputEnd(callback: (reason: string) => void): () => void {
  const { stdin } = process;
  if (stdin.isTTY) return () => {};
  const end = () => callback('the standard input has ended');
  for (const event of INPUT_ENDS) stdin.on(event, end);
  stdin.resume();
  return () => {
    for (const event of INPUT_ENDS) stdin.off(event, end);
    stdin.pause();
  };
}

const INPUT_ENDS = ['end', 'close', 'error'] as const;

/** An orphan gets another parent; on Windows it keeps the number of one that is gone. */
function isThere(): boolean {
  return DESCENTS.every(({ pid, parent }) => parentOf(pid) === parent) && isRunning(process.ppid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
