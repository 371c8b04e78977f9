/** The library in realms of other kinds than that of the process: what a runner makes for each file. */

import { expect, it } from 'vitest';
import { runVitestWith } from '../support/run.js';

it.each(['vmThreads', 'vmForks', 'threads'])('`await using` works in the pool %s', async (pool) => {
  const printed = await runVitestWith(
    'test/nested.vitest.config.ts',
    `--pool=${pool}`,
    'test/runners/inner/await-using.ts',
  );
  expect(printed).toMatch(/Tests {2}3 passed \(3\)/);
});
