/** What it costs to draw many entries, or long texts: twice as many, or twice as long, takes twice as many steps. */

import type { TimelineEntry } from 'echo-sts';
import { expect, it } from 'vitest';
import { wrap } from '../../src/drawing/cells.js';
import { lanesOf } from '../../src/drawing/lanes.js';
import { stepsOf } from '../support/steps.js';

const CASES: readonly (readonly [string, (at: number, length: number) => string, (at: number) => string])[] = [
  ['streams that begin alike', (at, length) => `${'x'.repeat(length)}${at}`, (at) => `session-${at}`],
  [
    'streams that begin alike, but not all',
    (at, length) => `${'y'.repeat(at % 7)}${'x'.repeat(length)}${at}`,
    (at) => `session-${at}`,
  ],
  [
    'streams whose names are the same once they are cut',
    (at, length) => `${'x'.repeat(length)}${at % 2}${'z'.repeat(length)}${at}${'w'.repeat(length)}`,
    (at) => `session-${at}`,
  ],
  [
    'streams of which two each are the same once they are cut, and all once a mark stands behind them',
    // The first has another beginning: what all begin with alike would go first.
    (at, length) => {
      const pair = String.fromCodePoint(0x100 + Math.floor(at / 2));
      return `${at === 0 ? 'y' : 'x'}${'x'.repeat(8)}${pair}${'z'.repeat(length)}${at % 2}${'w'.repeat(length)}`;
    },
    (at) => `session-${at}`,
  ],
  ['sessions of one stream', (_, length) => 'x'.repeat(length), (at) => `session-${at}`],
  ['connections without a stream', () => '', (at) => `session-${at}`],
];

it.each(CASES)('of %s grows with their number and their length', (_, streamOf, sessionOf) => {
  const cost = (count: number, length: number) =>
    stepsOf(() =>
      lanesOf(
        Array.from({ length: count }, (_, at) => entry(streamOf(at, length), sessionOf(at))),
        20,
      ),
    );
  const once = cost(200, 200);
  expect(cost(400, 200)).toBeLessThan(2.5 * once);
  expect(cost(200, 400)).toBeLessThan(2.5 * once);
});

const TEXTS: readonly (readonly [string, (length: number) => string])[] = [
  ['one word', (length) => 'x'.repeat(length)],
  ['one word of marks', (length) => 'x\u0301'.repeat(length)],
  ['one word of signs without width', (length) => '\u0301'.repeat(length)],
  ['wide signs', (length) => '漢'.repeat(length)],
  ['many words', (length) => 'xy '.repeat(length)],
  ['blanks in the middle', (length) => `x${' '.repeat(length)}y`],
];

it.each(TEXTS)('of breaking %s grows with its length', (_, textOf) => {
  const cost = (length: number) => stepsOf(() => wrap(textOf(length), 20, 8));
  expect(cost(20_000)).toBeLessThan(2.5 * cost(10_000));
});

it('of breaking a text does not grow with what is left out', () => {
  const cost = (words: number) => stepsOf(() => wrap('x\u0301 '.repeat(words), 20, 8)) - words * 3;
  expect(cost(20_000)).toBeLessThan(1.1 * cost(10_000));
});

function entry(streamId: string, sessionId: string): TimelineEntry {
  return { n: 1, atMs: 0, direction: 'note', event: 'connect', streamId, sessionId, payload: {} };
}
