/** A session's snapshot with functions to read and wait for what belongs to it. */

import type { SessionSnapshot } from '../core/snapshot.js';
import type { Group } from './group.js';
import { observe } from './observation.js';
import type { SessionView } from './sessions.js';

/** The functions are not enumerable: to print and to compare, it is the snapshot. */
export function viewOf(group: Group, snapshot: SessionSnapshot): SessionView {
  const functions = Object.getOwnPropertyDescriptors(observe(narrow(group, snapshot.sessionId)));
  const properties = Reflect.ownKeys(functions).map((name) => [name, { value: Reflect.get(functions, name).value }]);
  return Object.freeze(Object.defineProperties({ ...snapshot }, Object.fromEntries(properties))) as SessionView;
}

/** The same group, of one session alone. It can be looked at after its scope has been closed. */
function narrow(group: Group, sessionId: string): Group {
  return {
    ...group,
    isMine: (participant) => participant?.sessionId === sessionId,
    requireOpen: group.state.requireOpen,
    absence: undefined,
  };
}
