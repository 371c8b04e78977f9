/** What a guest in somebody's test process must not do: raise there, or write to its console. */

import { afterEach, beforeEach, expect, vi } from 'vitest';

const CONSOLE = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir'] as const;
const FAILURES = ['uncaughtException', 'unhandledRejection', 'warning'] as const;

/** To be called once, at the top of a test file: each of its tests fails if the host was bothered. */
export function watchHost(): void {
  let bothered: string[] = [];
  const onFailure = (failure: unknown) => bothered.push(String(failure));

  beforeEach(() => {
    bothered = [];
    for (const name of FAILURES) process.on(name, onFailure);
    for (const name of CONSOLE)
      vi.spyOn(console, name).mockImplementation((text: unknown) => void bothered.push(`console: ${text}`));
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => bothered.push(`written: ${text}`) > 0);
    }
  });

  afterEach(() => {
    for (const name of FAILURES) process.off(name, onFailure);
    vi.restoreAllMocks();
    expect(bothered).toEqual([]);
  });
}
