/** The timeline as a diagram for a terminal. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, visible } from '../../src/drawing/cells.js';
import { formatText } from '../../src/drawing/format-text.js';
import type { TimelineEntry } from '../../src/timeline/entry.js';
import { junkTimeline } from './junk.js';
import { cutAndReconnect, strangeIds, streamWithTrouble, twoStreams } from './story.js';

describe('a diagram', () => {
  it.each<[string, () => TimelineEntry[], number]>([
    ['format', streamWithTrouble, 60],
    ['format', streamWithTrouble, 80],
    ['format', streamWithTrouble, 120],
    ['format-two-streams', twoStreams, 60],
    ['format-two-streams', twoStreams, 80],
    ['format-two-streams', twoStreams, 120],
    ['format-reconnect', cutAndReconnect, 80],
    ['format-strange-ids', strangeIds, 60],
    ['format-strange-ids', strangeIds, 80],
  ])('%s on %i columns', async (name, story, columns) => {
    const text = formatText(story(), { columns });
    await expect(`${text}\n`).toMatchFileSnapshot(`../approved/${name}-${columns}.txt`);
    for (const line of text.split('\n')) expect(cellsOf(line)).toBe(columns);
  });

  it('is never wider than 120 columns, nor narrower than 60', () => {
    expect(formatText(streamWithTrouble(), { columns: 300 })).toBe(formatText(streamWithTrouble(), { columns: 120 }));
    expect(formatText(streamWithTrouble(), { columns: 10 })).toBe(formatText(streamWithTrouble(), { columns: 60 }));
  });

  it('says how many older entries were dropped', () => {
    const first = (dropped: number) => formatText(streamWithTrouble(), { columns: 80, dropped }).split('\n')[0];
    expect(first(120)).toBe('… 120 older entries were dropped');
    expect(first(1)).toBe('… 1 older entry was dropped');
    expect(first(0)).toMatch(/^ +ms +# worker/);
  });

  it('of nothing is a sentence', () => {
    expect(formatText([], { columns: 80 })).toBe('Nothing has happened yet.');
    expect(formatText([], { columns: 80, dropped: 2 })).toBe(
      '… 2 older entries were dropped\nNothing has happened since.',
    );
  });

  it('counts the time from the first entry that is shown', () => {
    const [, , , fourth] = formatText(streamWithTrouble().slice(12), { columns: 80 }).split('\n');
    expect(fourth).toMatch(/^ +1 +#15 │/);
  });

  it('tells why a message about a fragment is as it is', () => {
    const diagram = formatText(streamWithTrouble(), { columns: 120 });
    expect(diagram).toContain('← #8, rule 2 ({ sequenceNumber: 2 } → TIMEOUT), delay 40 ms');
    expect(formatText(cutAndReconnect(), { columns: 120 })).toContain('← #11, fault late, delay 50 ms');
  });

  it('is exactly as wide as it says, with one line or more per entry, whatever is in them', () => {
    fc.assert(
      fc.property(
        junkTimeline.filter(({ length }) => length > 0),
        fc.constantFrom(60, 80, 120),
        (entries, columns) => {
          const shown = formatText(entries, { columns }).split('\n');
          for (const line of shown) expect(cellsOf(line)).toBe(columns);
          expect(shown.map(visible)).toEqual(shown);
          expect(shown.length).toBeGreaterThan(entries.length);
        },
      ),
    );
  });
});

describe('the names of streams', () => {
  it.each<[string, string[], string[]]>([
    ['are their ids', ['news', 'sports'], ['news', 'sports']],
    ['lose what all begin with when they are too long', ['channel-4711-one', 'channel-4711-two'], ['…one', '…two']],
    ['keep both ends', ['alpha-0123456789', 'bravo-0123456789'], ['alpha-0…456789', 'bravo-0…456789']],
    [
      'differ when they are cut',
      ['a--1111111111-z', 'a--2222222222-z', 'b'],
      ['a--1111…1111-z', 'a--2222…2222-z', 'b'],
    ],
    [
      'differ when what is cut off makes the difference',
      ['x-aaaaaaa1aaaaaaa', 'x-aaaaaaa2aaaaaaa', 'y'],
      ['x-aaaaa…aaaaaa', 'x-aaaa…aaaaa~2', 'y'],
    ],
    ['differ when only spaces do', ['news', 'news '], ['news', 'news~2']],
    ['differ from those of sessions', ['news', 'news', 'news/2'], ['news/1', 'news/2', 'news/2~2']],
  ])('%s', (_, ids, names) => {
    const entries = ids.map((streamId, at) => {
      const entry = { n: at + 1, atMs: 0, direction: 'note', event: 'connect', streamId, sessionId: `session-${at}` };
      return { ...entry, payload: {} } as unknown as TimelineEntry;
    });
    const [, ...rows] = formatText(entries, { columns: 60 }).split('\n');
    expect(rows.map((row) => row.split('│')[0]?.trim().split(/ {2,}/)[2])).toEqual(names);
  });
});
