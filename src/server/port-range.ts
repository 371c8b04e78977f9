/** A range of ports: which of them look free, and in which order they are tried. */

import { withRealTimeout } from '../clock/clock.js';
import type { PortRange } from '../options/options.js';
import { load } from './load.js';

/**
 * The ports to bind, one after the other: those that get-port finds free, and then all. A port that was taken may have been so
 * for a moment only, while another process looked at it. Ask for the next one only if the last one could not be bound.
 */
export async function* candidates({ from, to }: PortRange, host: string): AsyncGenerator<number> {
  // Few fixtures have a range. They start after the import, where `jest --detectOpenHandles` cannot name their server.
  const { default: getPort, portNumbers, clearLockedPorts } = await load(() => import('get-port'));
  const { threadId } = process.getBuiltinModule('node:worker_threads');
  const ports = rotate([...portNumbers(from, to)], process.pid + threadId);
  const untried = new Set(ports);
  for (;;) {
    const lookUp = () => getPort({ port: untried, host });
    // An error is that of the host or of the process: to bind the port says more about it.
    const port = await withRealTimeout(lookUp).catch(() => undefined);
    try {
      // When none of them is free, get-port takes any other.
      if (port === undefined || !untried.delete(port)) break;
      yield port;
    } finally {
      // Otherwise get-port would pass the port over for up to 30 s, also once it is free again.
      clearLockedPorts();
    }
  }
  yield* ports;
}

/** The list from another starting point. Processes that start at once begin with different ports. */
export function rotate(ports: readonly number[], by: number): number[] {
  const start = by % ports.length;
  return [...ports.slice(start), ...ports.slice(0, start)];
}
