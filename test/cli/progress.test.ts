/** The line that says how far exploring is. */

import { expect, it } from 'vitest';
import { progressLine, progressText } from '../../src/cli/progress.js';

it.each([
  [{ passed: 0, since: undefined }, 50, 'explore: the undisturbed run'],
  [{ passed: 1, since: undefined }, 50, 'explore: 0 of 50 runs, none failed'],
  [{ passed: 18, since: undefined }, 50, 'explore: 17 of 50 runs, none failed'],
  [{ passed: 18, since: 0 }, 50, 'explore: a run failed; shrinking: 0 more runs'],
  [{ passed: 18, since: 1 }, 50, 'explore: a run failed; shrinking: 1 more run'],
  [{ passed: 0, since: undefined }, undefined, 'explore: running the plan again'],
])('%j of %s runs is one line', (progress, runs, text) => {
  expect(progressText(progress, runs)).toBe(text);
});

it('the line is rewritten in its place, and cleared', () => {
  let written = '';
  const line = progressLine((text) => {
    written += text;
  }, 5);
  line.show({ passed: 2, since: undefined });
  line.clear();
  expect(written).toBe('\r\u001b[2Kexplore: 1 of 5 runs, none failed\r\u001b[2K');
});
