/**
 * The standard error of a command, which it shares with this program. A process that inherits a pipe makes it blocking, for
 * this program as well, and a log that nobody reads would stop the server. So the command gets another pipe.
 */

import { fstatSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { atMost } from '../clock/deadline.js';

const STDERR = 2;
/** How long it takes at most to read what the command has written, if the reader does not hold that up. */
const DRAIN_MS = 200;

/** Whether it must not be inherited. A file takes what is written, and a terminal is opened anew by each process. */
export function isPiped(): boolean {
  if (process.platform === 'win32') return false;
  const stats = fstatSync(STDERR);
  return stats.isFIFO() || stats.isSocket();
}

/**
 * Passes it on, a piece at a time. The returned function, to be called when the command has ended, resolves once the reader has
 * everything that the command has written. It waits neither for other lines nor for what the command has started, which may
 * keep the pipe open.
 */
export function forwardErrors(from: Readable, to: Writable): () => Promise<void> {
  let isWriting = false;
  const forward = async () => {
    for await (const piece of from) {
      isWriting = true;
      const hasFailed = await new Promise((resolve) => to.write(piece, (error) => resolve(error instanceof Error)));
      isWriting = false;
      // Nobody can read it any more. The loop closes the pipe, so that the command notices.
      if (hasFailed) break;
    }
  };
  const forwarded = forward().catch(() => {});
  return async () => {
    do await atMost(DRAIN_MS, forwarded);
    while (isWriting);
  };
}
