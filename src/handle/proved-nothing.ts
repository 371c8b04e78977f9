/** What has proved nothing in a group, for `verify()`, and for the runners, which say it of a test that has passed. */

import { provedNothing } from '../failures/proved-nothing.js';
import { type Group, snapshotsOf } from './group.js';

/** The name under which runners read it, whichever copy of the library either comes from. */
export const PROVED_NOTHING = Symbol.for('echo-sts.proved-nothing');

/** In words, a line for each. A scope reports its own. */
export function provedNothingIn(group: Group): string[] {
  const { state, setup, owner, isMine } = group;
  const entries = state.timeline.read(
    {},
    (participant) => isMine(participant) && (participant?.scope ?? owner) === owner,
  );
  return provedNothing({
    rules: setup.rules.entries,
    actions: setup.actions.entries,
    refusals: setup.refusals.entries,
    entries,
    sessions: snapshotsOf(group),
  });
}
