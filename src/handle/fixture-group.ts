/** The group of all sessions of a fixture. */

import type { FixtureState } from './fixture-state.js';
import type { Group } from './group.js';

export function fixtureGroup(state: FixtureState): Group {
  return {
    state,
    isMine: () => true,
    concerned: () => state.everybody,
    owner: state,
    beneficiary: undefined,
    requireOpen: state.requireOpen,
    absence: undefined,
    setup: state.setup,
    level: 'server',
    isStrict: state.isStrict,
    verified: {
      violations: (excused, until) => state.violations.readOpen(excused, until),
      unclaimed: () => state.describeUnclaimed(),
      // What functions of its scopes did wrong is shown where a stream stayed unclaimed.
      troubles: () => [],
      // A scope may be of the same test.
      hasComplained: () => !state.complaints.isEmpty,
    },
  };
}
