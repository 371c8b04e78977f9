/** A test has passed, and part of it has proved nothing: that is no failure, and is said once, in the output of the test. */

import { PROVED_NOTHING } from '../handle/proved-nothing.js';

/** So much is said one by one. */
const LISTED = 3;

/** Says what there is to say of the fixture or the scope. Never rejects. */
export async function tellProvedNothing(handle: object): Promise<void> {
  const ask: unknown = Reflect.get(handle, PROVED_NOTHING);
  if (typeof ask !== 'function') return;
  // Who cannot be asked any more has nothing to add to a test that has passed.
  const lines: readonly string[] = await Promise.resolve(ask()).catch(() => []);
  if (lines.length === 0) return;
  const more = lines.length > LISTED ? [`and ${lines.length - LISTED} more`] : [];
  const listed = [...lines.slice(0, LISTED), ...more];
  // Runners show beside its test what is written to the console.
  console.warn(['echo-sts: this test has passed, and these proved nothing:', ...listed].join('\n  '));
}
