/**
 * Where the body of a test has ended: what workers do after that, when hooks stop them, is not held against them. A runner that
 * knows says so; without it all is judged that has come.
 */

import { nextTurn } from '../clock/clock.js';
import { concernedBy } from './connections.js';
import { type Group, noteTest } from './group.js';

/** The name of the method that notifies a handle of the end of its test's body; in no public type. */
export const BODY_ENDED = Symbol.for('echo-sts.body-ended');

/** A fixture or a scope, in this process or in another. */
export interface Ending {
  /** With whether it has failed: then the timeline says so, before what hooks bring about. */
  [BODY_ENDED](hasFailed?: boolean): Promise<void>;
}

/** Under this name a handle is given a function that says whether the body has ended: for a runner that does not say when. */
export const BODY_WATCHED = Symbol.for('echo-sts.body-watched');

/** A fixture or a scope in this process. */
export interface Watchable {
  [BODY_WATCHED](hasEnded: () => boolean): void;
}

/** What workers have said until now is heard out first. The first call counts, until `reset()`. */
export function bodyEnding(group: Group): Ending & Watchable {
  return {
    [BODY_ENDED]: async (hasFailed = false) => {
      const { state, setup } = group;
      if (setup.bodyEnd !== undefined) return;
      await state.settle(concernedBy(group));
      endBody(group, state.timeline.newest);
      if (hasFailed === true) noteTest(group, 'the test failed here');
    },
    [BODY_WATCHED]: (hasEnded) => {
      const { state, isMine } = group;
      const stop = state.timeline.listen(({ n, event }) => {
        if (!hasEnded()) return;
        stop();
        if (event === 'disconnect') endBody(group, n - 1);
        // The body has said it, as far as anybody can tell: it was on its way.
        else void nextTurn().then(() => endBody(group, state.timeline.newest));
      }, isMine);
    },
  };
}

/** Only the first end counts. */
function endBody({ setup, verified }: Group, entry: number): void {
  if (setup.bodyEnd !== undefined) return;
  setup.bodyEnd = { entry, unclaimed: verified.unclaimed() };
  setup.expectations.bodyEnded();
}
