/** The timeline as a mermaid diagram: a strict little grammar stands for mermaid itself. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMermaid } from '../../src/drawing/format-mermaid.js';
import type { TimelineEntry } from '../../src/timeline/entry.js';
import { junkTimeline } from './junk.js';
import { cutAndReconnect, strangeIds, streamWithTrouble, twoStreams } from './story.js';

/** Text without anything that mermaid gives a meaning, but for entities and line breaks. */
const TEXT = /(?:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}#;<>%{}[\]"\\&@$*~^]|#\d+;|<br\/>)+/u.source;
const GRAMMAR = [
  /^sequenceDiagram$/,
  new RegExp(`^ {4}participant (?:w\\d+|sts) as ${TEXT}$`, 'u'),
  new RegExp(`^ {4}Note over (?:sts|w\\d+,sts): ${TEXT}$`, 'u'),
  new RegExp(`^ {4}(?:w\\d+->>sts|sts->>w\\d+): ${TEXT}$`, 'u'),
];

describe('a mermaid diagram', () => {
  it.each<[string, () => TimelineEntry[]]>([
    ['format', streamWithTrouble],
    ['format-reconnect', cutAndReconnect],
    ['format-two-streams', twoStreams],
    ['format-strange-ids', strangeIds],
  ])('%s', async (name, story) => {
    const text = formatMermaid(story());
    await expect(`${text}\n`).toMatchFileSnapshot(`../approved/${name}.mmd`);
    expectGrammar(text);
  });

  it('says what is not there', () => {
    expect(formatMermaid([], { dropped: 2 }).split('\n').slice(2)).toEqual([
      '    Note over sts: … 2 older entries were dropped',
      '    Note over sts: Nothing has happened since.',
    ]);
    expect(formatMermaid([]).split('\n')).toEqual([
      'sequenceDiagram',
      '    participant sts as echo-sts',
      '    Note over sts: Nothing has happened yet.',
    ]);
  });

  it('is valid, whatever is in the entries', () => {
    fc.assert(
      fc.property(junkTimeline, (entries) => expectGrammar(formatMermaid(entries))),
      { numRuns: 300 },
    );
  });
});

/** Each line is one of the grammar, names only participants that were introduced, and the first opens the diagram. */
function expectGrammar(text: string): void {
  const lines = text.split('\n');
  expect(lines.filter((line) => !GRAMMAR.some((rule) => rule.test(line)))).toEqual([]);
  expect(lines.indexOf('sequenceDiagram')).toBe(0);
  expect(lines.lastIndexOf('sequenceDiagram')).toBe(0);
  expect(text).not.toMatch(/style|classDef/);
  const introduced = new Set(lines.map((line) => /participant (\w+)/.exec(line)?.[1]));
  const used = lines.flatMap((line) => line.split(':')[0]?.match(/\b(?:w\d+|sts)\b/g) ?? []);
  expect(used.filter((name) => !introduced.has(name))).toEqual([]);
}
