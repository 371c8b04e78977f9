/**
 * Where the body of a test has ended: what workers do after that, when hooks stop them, is not held against them. A runner that
 * knows says so; without it all is judged that has come.
 */

import { concernedBy } from './connections.js';
import type { Group } from './group.js';

/** Under this name a handle is told that the body of its test has ended; in no public type. */
export const BODY_ENDED = Symbol.for('echo-sts.body-ended');

/** A fixture or a scope, in this process or in another. */
export interface Ending {
  [BODY_ENDED](): Promise<void>;
}

/** What workers have said until now is heard out first. The first call counts, until `reset()`. */
export function bodyEnding(group: Group): Ending {
  return {
    [BODY_ENDED]: async () => {
      const { state, setup, verified } = group;
      if (setup.bodyEnd !== undefined) return;
      await state.settle(concernedBy(group));
      if (setup.bodyEnd !== undefined) return;
      setup.bodyEnd = { entry: state.timeline.newest, unclaimed: verified.unclaimed() };
      setup.expectations.bodyEnded();
    },
  };
}
