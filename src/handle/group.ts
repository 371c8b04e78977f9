/**
 * A group of sessions as a value: whose they are, and what its test has set up for them. What a test does with it are
 * functions over that value; a fixture, a scope and the view of one session are compositions of these.
 */

import { realClock } from '../clock/clock.js';
import type { SettingsLevel } from '../core/protocol.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { ViolationKind } from '../core/violations.js';
import type { Scene } from '../failures/scene.js';
import type { Violation } from '../record/violation-log.js';
import type { Connection } from '../server/connection.js';
import type { TimelineEntry } from '../timeline/entry.js';
import type { Participant } from '../timeline/stored-entry.js';
import type { Selection } from '../timeline/timeline.js';
import type { FixtureState } from './fixture-state.js';
import type { Setup } from './setup.js';
import type { Wait } from './waits.js';

export interface Group {
  readonly state: FixtureState;
  /** Whose sessions are looked at; an entry without a participant concerns the fixture as a whole. */
  readonly isMine: (participant: Participant | undefined) => boolean;
  /** Whose entries those of what its test does by hand are. */
  readonly concerned: () => Participant;
  /** Who waits and complains: a scope that is closed ends its own waits alone. */
  readonly owner: object;
  /** On whose behalf it is used, and with whom its waits end as well: a control client. */
  readonly beneficiary: object | undefined;
  /** Throws an `EchoStsError` (`CLOSED`) when the group can't be used any more. */
  readonly requireOpen: (method: string) => void;
  /** What there is to say while the group has no session; undefined where the fixture says it. */
  readonly absence: string | undefined;
  readonly setup: Setup;
  /** For whom it sets delay and backpressure: the session knows whether it goes by that. */
  readonly level: SettingsLevel;
  /** Whether violations make `verify` fail. */
  readonly isStrict: boolean;
  /** What its `verify` looks at besides what is set up. */
  readonly verified: Verified;
}

export interface Verified {
  /** The violations that it reports, of those that happened up to that entry. */
  readonly violations: (excused: readonly ViolationKind[], until: number | undefined) => Violation[];
  /** What belongs to no scope, in words. */
  readonly unclaimed: () => string[];
  /** In words, what the function of a scope did wrong. */
  readonly troubles: () => string[];
  /** Whether the test has most likely ended with a failure that it was shown already. */
  readonly hasComplained: () => boolean;
}

export function snapshotsOf({ state, isMine }: Group): readonly SessionSnapshot[] {
  return state.sessions.snapshots(isMine);
}

export function entriesOf({ state, isMine }: Group, filter: Selection = {}): TimelineEntry[] {
  return state.timeline.read(filter, isMine);
}

/** Those that are open. */
export function connectionsOf({ state, isMine }: Group): Connection[] {
  return [...state.connections].filter((connection) => isMine(participantOf(state, connection)));
}

/** Whose session the connection has. */
export function participantOf(state: Group['state'], { sessionId }: Connection): Participant | undefined {
  return state.sessions.participantOf(sessionId);
}

/** The test has done something by hand, in words: to be called before what that brings about. */
export function noteTest({ state, concerned }: Pick<Group, 'state' | 'concerned'>, did: string): void {
  state.note('test', { did }, concerned());
}

/** Those that are excused everywhere are left out. */
export function violationsOf({ state, isMine }: Group): Violation[] {
  return state.violations.read(isMine, state.excused);
}

/** What there is to see now, for a text about a failure. */
export function sceneOf(group: Group): Scene {
  const { state, absence, isMine } = group;
  const sessions = snapshotsOf(group);
  // Who has no session may be a worker of any group that waits for one.
  const isConcerned = isMine(undefined) || sessions.length === 0;
  return {
    ...state.scene(),
    ...(isConcerned && { arrivals: { ...state.arrivals.seen, now: realClock.now() } }),
    sessions,
    entries: entriesOf(group),
    dropped: state.timeline.dropped,
    violations: violationsOf(group),
    ...(absence !== undefined && { absence }),
  };
}

/** What there is to say of a number that no entry has yet, which may be from before a `reset()`; undefined when one has it. */
export function numberAhead(
  { since = 0 }: { readonly since?: number | undefined },
  { state }: Group,
): string[] | undefined {
  const { newest } = state.timeline;
  if (since <= newest) return undefined;
  const there = newest === 0 ? 'there is none' : `the newest is #${newest}`;
  return [`no entry has the number ${since} of \`since\` yet, ${there}; numbers begin anew with \`reset()\``];
}

/** Waits as the group's owner. A wait that times out is a complaint. */
export function wait<Result>(group: Group, wanted: Omit<Wait<Result>, 'owner' | 'beneficiary'>): Promise<Result> {
  const { owner, beneficiary } = group;
  const { complaints, waits } = group.state;
  complaints.withdraw(owner);
  const explain = () => {
    complaints.add(owner);
    return wanted.explain();
  };
  return waits.for({ ...wanted, owner, beneficiary, explain });
}
