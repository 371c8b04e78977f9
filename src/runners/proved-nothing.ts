/** Reports what proved nothing in a passed test: a warning in the output of the test, not a failure. */

import { PROVED_NOTHING } from '../handle/proved-nothing.js';

/** Maximum number of lines that are listed. */
const LISTED = 3;

/** Warns about the fixture or the scope. Never rejects. */
export async function tellProvedNothing(handle: object): Promise<void> {
  const ask: unknown = Reflect.get(handle, PROVED_NOTHING);
  if (typeof ask !== 'function') return;
  // A handle that can no longer reply adds nothing to a passed test.
  const lines: readonly string[] = await Promise.resolve(ask()).catch(() => []);
  if (lines.length === 0) return;
  const more = lines.length > LISTED ? [`and ${lines.length - LISTED} more`] : [];
  const listed = [...lines.slice(0, LISTED), ...more];
  // Runners show console output with its test.
  console.warn(['echo-sts: this test passed, but these proved nothing:', ...listed].join('\n  '));
}
