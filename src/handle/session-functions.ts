/** All that a test reads of a group of sessions, expects of them and does to them: what a fixture and a scope share. */

import { bodyEnding } from './body-end.js';
import { compose } from './compose.js';
import type { Group } from './group.js';
import { observe } from './observation.js';
import { search } from './session-view.js';
import type { SessionGroup } from './sessions.js';
import { steer } from './steering.js';
import { verification } from './verification.js';

export function sessionsOf(group: Group): SessionGroup {
  const { state } = group;
  const address = {
    get url() {
      return state.url;
    },
    get seed() {
      return state.seed;
    },
  };
  return compose(address, observe(group), search(group), verification(group), steer(group), bodyEnding(group));
}
