/** Says each entry of a fixture's timeline as it comes. */

import type { EchoSts } from '../handle/handle.js';
import { entryLine, type LogStyle } from './log.js';

/** The answer is to be called before the fixture is closed; what it answers, after that: it says what came meanwhile. */
export function follow(sts: EchoSts, style: LogStyle, say: (line: string) => void): () => () => Promise<void> {
  let isClosing = false;
  let newest = 0;
  const tell = (entry: Parameters<typeof entryLine>[0]) => {
    newest = entry.n;
    const line = entryLine(entry, style);
    if (line !== undefined) say(line);
  };
  const telling = (async () => {
    while (!isClosing) {
      newest = 0;
      // Ends with a `reset()` too, and the numbers begin again.
      for await (const entry of sts.entries()) tell(entry);
    }
  })();
  return () => {
    isClosing = true;
    return async () => {
      await telling;
      for (const entry of sts.timeline({ since: newest })) tell(entry);
    };
  };
}
