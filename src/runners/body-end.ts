/** Marks for a handle where the body of its test has ended: what later hooks do to workers is not verified. */

import { BODY_ENDED, BODY_WATCHED, type Ending, type Watchable } from '../handle/body-end.js';

/** Resolves once everything the workers have sent is processed. `hasFailed` says whether the body has failed. */
export async function endBody(handle: object, hasFailed: boolean): Promise<void> {
  // If this fails, everything until the verification is verified too. A lost connection is reported there.
  await (handle as Partial<Ending>)[BODY_ENDED]?.(hasFailed).catch(() => undefined);
}

/** For a runner in which other hooks may run before `endBody`. Does nothing for a handle in another process. */
export function watchBody(handle: object, hasEnded: () => boolean): void {
  (handle as Partial<Watchable>)[BODY_WATCHED]?.(hasEnded);
}
