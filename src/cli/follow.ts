/** Logs each entry of a fixture's timeline as it comes. */

import type { EchoSts } from '../handle/handle.js';
import { entryLine, type LogStyle } from './log.js';

/** Call what it returns before the fixture is closed, and what that returns afterwards: it logs the entries of the closing. */
export function follow(sts: EchoSts, style: LogStyle, write: (line: string) => void): () => () => Promise<void> {
  let isClosing = false;
  let newest = 0;
  const log = (entry: Parameters<typeof entryLine>[0]) => {
    newest = entry.n;
    const line = entryLine(entry, style);
    if (line !== undefined) write(line);
  };
  const logging = (async () => {
    while (!isClosing) {
      newest = 0;
      // The iteration ends with a `reset()` as well, and the numbers begin again.
      for await (const entry of sts.entries()) log(entry);
    }
  })();
  return () => {
    isClosing = true;
    return async () => {
      await logging;
      for (const entry of sts.timeline({ since: newest })) log(entry);
    };
  };
}
