/** The signals that end a program, and its exit code after one. */

import { constants } from 'node:os';

/** SIGHUP: its terminal has gone. */
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls back at each of them, which then does nothing by itself; the answer takes that back. */
export function onSignal(callback: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of ENDING) process.on(signal, callback);
  return () => {
    for (const signal of ENDING) process.off(signal, callback);
  };
}

/** As shells tell it. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
