/**
 * Twelve bugs in one worker, each found by a natural test: what a person reads then, as whole texts. From the first 40 lines
 * alone the bug has to be known. `test/approved/planted-*.txt`.
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { runVitestInVain } from '../support/run.js';
import { BUGS } from './inner/planted-worker.js';

/** So many lines have to be enough. */
const FIRST = 40;
const FILE = 'test/runners/inner/planted-bugs.ts';

describe('a planted bug', () => {
  let printed = '';

  beforeAll(async () => {
    printed = await runVitestInVain(FILE);
  });

  it('is all that the tests find: without it they pass', () => {
    expect(printed).toMatch(/Tests {2}12 failed \| 12 passed/);
  });

  it.each(BUGS)('is found and explained: %s', async (bug) => {
    const text = reportsOf(bug, printed);
    expect(text).not.toBe('');
    await expect(`${stable(text)}\n`).toMatchFileSnapshot(`../approved/planted-${bug}.txt`);
  });
});

/** What was printed of its test, from its own error on. */
function reportsOf(bug: string, printed: string): string {
  const reports = printed.matchAll(/^ FAIL {2}\S+ > (\S+) > the worker\n([\s\S]*?)\n⎯/gm);
  return [...reports]
    .filter(([, name]) => name === bug)
    .map(([, , text]) => text)
    .join('\n\n');
}

/** The first lines, without what differs from run to run: times, numbers of entries, and the timeline itself. */
function stable(text: string): string {
  return (
    text
      .split('\n')
      .slice(0, FIRST)
      .filter((line) => !/│|^ *ms |^ +#\d+ +\+/.test(line))
      .join('\n')
      .replaceAll(/\d+(\.\d+)? (ms|s)\b/g, '… $2')
      .replaceAll(/\b1\d{11,}/g, '…')
      .replaceAll(/#\d+(?= [a-z]+(:[a-z]+)? {2}|, rule)|(?<=(since|with|at) )#\d+/g, '#…')
      .replaceAll(/(?<=Fragment ")[^"]+" \(sequence_number \d+(?=\))|(?<=fragment:data {2}#)\d+ {2}6 B \w+/g, '…')
      .replaceAll(/(?<=(pause|slow_down), )\d+ in flight/g, '…')
      // How many are excused, or over the limit after a result, depends on how busy the machine is, and so does where a
      // line with milliseconds ends.
      .replaceAll(/(?<=never sent again, while )\d+(?= others)/g, '…')
      .replaceAll(/\d+(?= of the \d+ accepted fragments arrived (too soon|despite it|over the limit))/g, '…')
      .replaceAll(/(?<=… ms)\s+later/g, ' later')
      .replaceAll(
        /\n*the newest \d+ entries of the timeline:|\n +and \d+ more of this kind .*|(?<=found )\d+ violations?/g,
        '',
      )
      .trimEnd()
  );
}
