/** How long what is being read now may have waited for that. */

import { expect, it } from 'vitest';
import { startBusyTime } from '../../src/clock/busy-time.js';
import { nextTurn } from '../../src/clock/clock.js';
import { block } from '../support/blocked.js';

it('is as long as the loop was at work since it was asked last, for all that is read in that turn', async () => {
  await nextTurn();
  const busyMs = startBusyTime();
  block(100);
  const first = busyMs();
  expect(first).toBeGreaterThanOrEqual(100);
  expect(busyMs()).toBe(first);
  block(100);
  expect(busyMs()).toBeGreaterThanOrEqual(first + 100);
});

it('is over in the next turn', async () => {
  const busyMs = startBusyTime();
  block(100);
  busyMs();
  await nextTurn();
  expect(busyMs()).toBeLessThan(100);
});
