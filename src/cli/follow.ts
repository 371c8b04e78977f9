/** Logs each entry of a fixture's timeline as it comes. */

import { nextTurn } from '../clock/clock.js';
import type { EchoSts } from '../handle/handle.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { entryLine, type LogStyle } from './log.js';
import { foldRefusals } from './refusals.js';

/** Call what it returns before the fixture is closed, and what that returns afterwards: it logs the entries of the closing. */
export function follow(sts: EchoSts, style: LogStyle, write: (line: string) => void): () => () => Promise<void> {
  let isClosing = false;
  let newest = 0;
  let turn: TimelineEntry[] = [];
  const flush = () => {
    // At `debug` every entry has its own line.
    const logged = style.logLevel === 'debug' ? turn.map((entry) => ({ entry })) : foldRefusals(turn);
    turn = [];
    for (const each of logged) {
      const line = entryLine(each, style);
      if (line !== undefined) write(line);
    }
  };
  const log = (entry: TimelineEntry) => {
    newest = entry.n;
    // What a message leads to is recorded in the same turn.
    if (turn.push(entry) === 1) void nextTurn().then(flush);
  };
  const logging = (async () => {
    while (!isClosing) {
      newest = 0;
      // The iteration also ends with a `reset()`, and the numbers begin again.
      for await (const entry of sts.entries()) log(entry);
    }
  })();
  return () => {
    isClosing = true;
    return async () => {
      await logging;
      for (const entry of sts.timeline({ since: newest })) log(entry);
      flush();
    };
  };
}
