/** The end of what a command prints. */

import { expect, it } from 'vitest';
import { describeOutput, outputTail } from '../../src/cli/output-tail.js';

it('the end of the output is its last sixty lines, however they came', () => {
  const tail = outputTail();
  for (let n = 1; n <= 100; n += 1) {
    tail.add(`line `);
    tail.add(`${n}\r\n`);
  }
  tail.add('\n\n');
  const lines = tail.text().split('\n');
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([60, 'line 41', 'line 100']);
});

it('the end of an output without line ends is bounded, too', () => {
  const tail = outputTail();
  for (let n = 0; n < 100; n += 1) tail.add('x'.repeat(1000));
  tail.add('end');
  expect(tail.text()).toHaveLength(20_000);
  expect(tail.text()).toMatch(/xend$/);
});

it('the output is shown below its headline, and nothing is called nothing', () => {
  expect(describeOutput('a\n\n  b')).toBe('The end of its output:\n\n    a\n\n      b');
  expect(describeOutput('')).toBe('It printed nothing.');
});
