/** Entries of a timeline on a line each. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, visible } from '../../src/drawing/cells.js';
import { formatColumns } from '../../src/drawing/format-columns.js';
import { junkTimeline } from './junk.js';
import { cutAndReconnect, streamWithTrouble, twoStreams } from './story.js';

describe('entries in columns', () => {
  it('stand below each other', async () => {
    const stories = [streamWithTrouble(), cutAndReconnect(), twoStreams()];
    const text = stories.map((entries) => formatColumns(entries).join('\n')).join('\n\n');
    await expect(`${text}\n`).toMatchFileSnapshot('../approved/lines.txt');
  });

  it('of one entry need no others', () => {
    const [entry] = streamWithTrouble().slice(3);
    expect(entry && formatColumns([entry])).toEqual(['#4  +0 ms  in  news  fragment:data  #0  4.1 KB 1f2e3d4c']);
  });

  it('are named and timed as among all that there are', () => {
    const among = cutAndReconnect();
    expect(formatColumns(among.slice(-1), { among })).toEqual([
      '#16  +1086 ms  note  news/2  disconnect  by the worker: transport close',
    ]);
    expect(formatColumns([])).toEqual([]);
  });

  it('do not repeat what has been said of a violation or an error', () => {
    const violations = streamWithTrouble().filter(({ event }) => event === 'violation');
    const [first] = violations.map(({ payload }) => String(Reflect.get(payload, 'message')));
    const columns = formatColumns(violations, { said: `above: ${first}` }).map((line) => line.split(/ {2,}/).slice(5));
    expect(columns).toEqual([[expect.stringMatching(/^[a-z-]+$/)], [expect.stringMatching(/^[a-z-]+: ./)]]);
  });

  it('do not repeat a violation in the error that answers it', () => {
    const [violation] = streamWithTrouble().filter(({ event }) => event === 'violation');
    const cause = { entry: 3 };
    const told = violation && { ...violation, cause };
    const error = (message: unknown, entry = 3) =>
      ({
        ...told,
        event: 'error',
        direction: 'out',
        cause: { entry },
        payload: { code: 'QUEUE_FULL', message },
      }) as typeof told;
    const message = Reflect.get({ ...told?.payload }, 'message');
    const entries = [told, error(message), error(message, 4), error('Other.')].filter((entry) => entry !== undefined);
    expect(formatColumns(entries).map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      expect.stringContaining(': '),
      'QUEUE_FULL',
      expect.stringMatching(/^QUEUE_FULL: ./),
      'QUEUE_FULL: Other.',
    ]);
  });

  it('never cut off a rule', () => {
    const [rule] = streamWithTrouble().filter(({ event }) => event === 'rule');
    const text = `rule 1 (${'{ fragmentId: "x" } '.repeat(12)}→ TIMEOUT)`;
    const lines = formatColumns(rule ? [{ ...rule, payload: { ...rule.payload, rule: text } } as typeof rule] : []);
    expect(lines.map((line) => line.trim()).join(' ')).toContain(text);
    for (const line of lines) expect(cellsOf(line)).toBeLessThanOrEqual(120);
  });

  it('have at most 120 columns, one per entry but for a rule and what the test did, whatever is in them', () => {
    fc.assert(
      fc.property(junkTimeline, (entries) => {
        const shown = formatColumns(entries);
        const begun = shown.filter((line) => /^ *#/.test(line));
        expect(entries.some(({ event }) => event === 'rule' || event === 'test') ? begun : shown).toHaveLength(
          entries.length,
        );
        for (const line of shown) expect(cellsOf(line)).toBeLessThanOrEqual(120);
        expect(shown.map(visible)).toEqual(shown);
      }),
    );
  });
});
