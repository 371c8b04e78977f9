/**
 * Writes lines into a stream whose reader may be slow, gone, or there without reading. What waits for the reader is bounded:
 * lines that would be too much are dropped and counted, and where they are missing one line says how many. It knows nothing of
 * what the lines are about.
 */

import type { Writable } from 'node:stream';
import { realClock } from '../clock/clock.js';
import { atMost } from '../clock/deadline.js';

export interface LineWriter {
  /**
   * Writes a line with its end, or drops it; `describeDropped` returns the line in place of that many, if they are
   * worth one.
   */
  readonly write: (line: string, describeDropped?: (count: number) => string) => void;
  /** Resolves once the reader has taken everything, or soon. */
  readonly end: () => Promise<void>;
}

/** What may wait for a reader that takes nothing. */
const UNREAD_BYTES = 64 * 1024;
/** What may wait for any reader: much can be said at once, as when thousands of workers are disconnected. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** After so long a reader counts as one that takes nothing. */
const PATIENCE_MS = 100;
/** How long the end waits for a reader. */
const END_TIMEOUT_MS = 300;

export function lineWriter(stream: Writable): LineWriter {
  const patience = startPatience();
  let dropped = 0;
  let describe = (_: number) => '';
  const put = (text: string) => {
    if (stream.writableLength === 0) patience.renew();
    stream.write(text, taken);
  };
  const taken = () => {
    if (stream.writableLength === 0) patience.stop();
    else patience.renew();
    tellDropped();
  };
  const tellDropped = () => {
    if (dropped === 0) return;
    const line = describe(dropped);
    dropped = 0;
    put(line);
  };
  const isFull = () => stream.writableLength > (patience.isOver() ? UNREAD_BYTES : MOST_UNREAD_BYTES);
  // A reader may end before the program, which goes on.
  stream.on('error', () => {});
  return {
    write: (line, describeDropped) => {
      describe = describeDropped ?? describe;
      // Once lines are missing, their number stands before whatever comes next.
      if (dropped > 0 || isFull()) dropped += 1;
      else put(line);
    },
    end: () => {
      tellDropped();
      return atMost(END_TIMEOUT_MS, new Promise((resolve) => stream.write('', resolve)));
    },
  };
}

/** How long a reader has taken nothing. */
function startPatience() {
  let isOver = false;
  let stop = () => {};
  const end = () => {
    stop();
    isOver = false;
  };
  const renew = () => {
    end();
    const wake = () => {
      isOver = true;
    };
    stop = realClock.startTimer({ wake }, PATIENCE_MS);
  };
  return { isOver: () => isOver, renew, stop: end };
}
