/** Tells a handle where the body of its test has ended: what the hooks behind it do to workers is not judged. */

import { BODY_ENDED, BODY_WATCHED, type Ending, type Watchable } from '../handle/body-end.js';

/** Resolves once the workers have been heard out; `hasFailed` is whether the body has. */
export async function endBody(handle: object, hasFailed: boolean): Promise<void> {
  // Without it, all that comes until the test is verified is judged; a connection that is lost is told then.
  await (handle as Partial<Ending>)[BODY_ENDED]?.(hasFailed).catch(() => undefined);
}

/** For a runner in which other hooks may come before `endBody`. A handle in another process cannot ask. */
export function watchBody(handle: object, hasEnded: () => boolean): void {
  (handle as Partial<Watchable>)[BODY_WATCHED]?.(hasEnded);
}
