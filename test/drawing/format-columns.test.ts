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
    expect(entry && formatColumns([entry], entry.atMs - 120)).toEqual([
      '#4  +120 ms  in  news  fragment:data  #0  4.1 KB 1f2e3d4c',
    ]);
  });

  it('count the time from the moment that is given', () => {
    const entries = streamWithTrouble().slice(3, 5);
    expect(formatColumns(entries).map((line) => line.slice(0, 10))).toEqual(['#4  +0 ms ', '#5  +0 ms ']);
    expect(formatColumns(entries, (entries[0]?.atMs ?? 0) + 7)[0]).toMatch(/^#4 {2}-7 ms /);
    expect(formatColumns([])).toEqual([]);
  });

  it('have at most 120 columns, one per entry, whatever is in them', () => {
    fc.assert(
      fc.property(junkTimeline, (entries) => {
        const shown = formatColumns(entries);
        expect(shown).toHaveLength(entries.length);
        for (const line of shown) expect(cellsOf(line)).toBeLessThanOrEqual(120);
        expect(shown.map(visible)).toEqual(shown);
      }),
    );
  });
});
