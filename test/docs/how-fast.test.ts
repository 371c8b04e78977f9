/** How fast echo-sts is: the table that the bench writes into the README, and the page that says what the bench measures. */

import { describe, expect, it } from 'vitest';
import { readTable, withTable } from '../../bench/how-fast.js';
import { PARTS } from '../../bench/parts.js';
import { countRow, errorRow, KILOBYTES, MILLISECONDS, type Row, ratioRow, valueRow } from '../../bench/report.js';
import { limitOf, subjectOf, TARGETS } from '../../bench/targets.js';
import { readPage } from '../support/page.js';

const SUBJECTS = TARGETS.map(subjectOf);
const SHOWN = TARGETS.filter(({ isShown }) => isShown).map(subjectOf);
const PAIRS = [
  { echo: 1, bare: 2 },
  { echo: 3, bare: 4 },
  { echo: 4, bare: 4 },
];
const EMPTY = 'before\n<!-- bench: generated -->\n<!-- /bench -->\nafter';

describe('the table of the README', () => {
  const table = readTable(readPage('README.md').text);

  it.each(SHOWN)('has a number for the target "%s"', (subject) => {
    expect(table.get(subject)).toMatch(/^-?\d/);
  });

  it('has no other rows than those of the targets, and of the import, which has its own', () => {
    const others = [...table.keys()].filter((subject) => !SHOWN.includes(subject));
    expect(others.filter((subject) => !/^\w+ → listening$/.test(subject))).toEqual([]);
    expect(others).toContain('import → listening');
  });
});

describe('withTable', () => {
  it('writes what was measured for each target, in the order of the targets, and reads it back', () => {
    const rows = SUBJECTS.map((subject) => ratioRow(subject, PAIRS, MILLISECONDS)).reverse();
    const page = withTable(EMPTY, [...rows, ratioRow('import → listening', PAIRS, MILLISECONDS, 1)]);
    expect([...readTable(page)]).toEqual(
      [...SHOWN, 'import → listening'].map((subject) => [subject, '0.75× (0.50–1.00)']),
    );
    expect(page).toContain('| server CPU per fragment | 4 KB: 0.75× (0.50–1.00); 128 KB: 0.75× (0.50–1.00); ');
    expect(page).toMatch(/^before\n<!-- bench: generated -->\n\| what \| [\s\S]* \|\n<!-- \/bench -->\nafter$/);
  });

  it('replaces the table that was there, and leaves out rows without a target', () => {
    const rowsOf = (pairs: typeof PAIRS) => SUBJECTS.map((subject) => ratioRow(subject, pairs, MILLISECONDS));
    const rows = [...rowsOf(PAIRS), ratioRow('throughput', PAIRS, KILOBYTES)];
    expect(withTable(withTable(EMPTY, rowsOf([{ echo: 9, bare: 1 }])), rows)).toBe(withTable(EMPTY, rowsOf(PAIRS)));
  });

  it('throws if a target was not measured', () => {
    const [first = '', ...others] = SUBJECTS;
    const rows = others.map((subject) => ratioRow(subject, PAIRS, MILLISECONDS));
    expect(() => withTable(EMPTY, rows)).toThrow(`Expected a row for each target; missing: ${first}.`);
  });

  it.each(['', '<!-- bench: generated -->', EMPTY + EMPTY])('throws if the marks are not there once: %j', (page) => {
    expect(() => withTable(page, rowsOfAll())).toThrow('Expected <!-- bench: generated --> and <!-- /bench -->, once');
  });
});

describe('a row with a target', () => {
  it('of a ratio meets it up to the limit itself', () => {
    expect(targetOf(ratioRow('throughput', PAIRS, MILLISECONDS, 0.75))).toEqual({
      text: '≤ 0.75×',
      isMet: true,
      summary: '0.75× (0.50–1.00)',
    });
    expect(targetOf(ratioRow('throughput', PAIRS, MILLISECONDS, 0.74))).toMatchObject({ isMet: false });
  });

  it('of a time says which share of the limit it took', () => {
    expect(targetOf(valueRow('close() with 5000 streams', [100, 200, 1500], MILLISECONDS))).toEqual({
      text: '≤ 1000 ms',
      isMet: true,
      summary: '0.20 times 1000 ms (0.10–1.50)',
    });
  });

  it('of a count says what bare Socket.IO has', () => {
    const row = countRow('mark-compacts in 2000 fragments of 128 KB', [{ echo: 36, bare: 1 }]);
    expect(targetOf(row)).toEqual({ text: '≤ 5', isMet: false, summary: '36 (36–36), bare 1 (1–1)' });
  });

  it('of errors is met by none alone', () => {
    const subject = 'errors of streams with 3 in flight each, 5000 streams';
    expect(targetOf(errorRow(subject, [], '40 fragments'))).toEqual({
      text: '≤ 0',
      isMet: true,
      summary: '0 in 40 fragments',
    });
    expect(errorRow(subject, ['echo: lost'], '40 fragments')).toMatchObject({
      measured: '1 in 40 fragments; echo: lost',
      target: { isMet: false },
    });
  });
});

describe('the targets', () => {
  it('are each for another row', () => {
    expect(new Set(SUBJECTS).size).toBe(SUBJECTS.length);
    expect(SUBJECTS.map(limitOf)).toEqual(TARGETS.map(({ atMost }) => atMost));
  });
});

describe('docs/contributing.md', () => {
  it('names each part of the bench', () => {
    const { text } = readPage('docs/contributing.md');
    const [, section = ''] = text.split('## What the bench measures\n');
    const [table = ''] = section.split('\n## ');
    const names = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(names).toEqual(Object.keys(PARTS));
  });
});

function rowsOfAll(): Row[] {
  return SUBJECTS.map((subject) => ratioRow(subject, PAIRS, MILLISECONDS));
}

function targetOf({ target }: Row): Row['target'] {
  return target;
}
