/** A test file that leaves faked timers behind fails itself, and not the one that comes after it and waits for a timer. */

import { afterAll, vi } from 'vitest';

afterAll(() => {
  if (!vi.isFakeTimers()) return;
  vi.useRealTimers();
  throw new Error('This file has left its faked timers behind. Call `vi.useRealTimers()` in an `afterEach`.');
});
