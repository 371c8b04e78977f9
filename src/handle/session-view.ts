/** The sessions of a group, looked at or waited for: each is its snapshot, with functions for what belongs to it. */

import { checked } from '../checks/checked.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import {
  awaited,
  type SessionCriteria,
  type WaitForSessionOptions,
  waitForSessionSchema,
} from '../criteria/session-criteria.js';
import { aboutStream, failureText } from '../failures/failure-text.js';
import { nearestSession, outcome } from '../failures/session-texts.js';
import type { Participant } from '../timeline/stored-entry.js';
import { type Group, numberAhead, sceneOf, snapshotsOf, wait } from './group.js';
import { observe } from './observation.js';
import type { SessionGroup, SessionView } from './sessions.js';

type Search = Pick<SessionGroup, 'sessions' | 'session' | 'waitForSession'>;

/** The functions are bound: they may be taken off the handle. */
export function search(group: Group): Search {
  const waitForSession: Search['waitForSession'] = async (options = {}) =>
    viewOf(group, await findOrWait(group, waitForSession, options));
  return {
    get sessions() {
      return snapshotsOf(group);
    },
    session: (streamId) => session(group, streamId),
    waitForSession,
  };
}

function session(group: Group, streamId: string): SessionView | undefined {
  const snapshot = group.state.sessions.findBy({ streamId }, group.isMine);
  return snapshot && viewOf(group, snapshot);
}

async function findOrWait(
  group: Group,
  called: Search['waitForSession'],
  options: WaitForSessionOptions,
): Promise<SessionSnapshot> {
  const { state, isMine } = group;
  const parsed = checked('waitForSession', waitForSessionSchema, options);
  const { timeoutMs = state.waitTimeoutMs, ...criteria } = parsed;
  const present = state.sessions.findBy(criteria, isMine);
  if (present !== undefined) return present;
  group.requireOpen('waitForSession');
  return await wait<SessionSnapshot>(group, {
    called,
    subject: `\`waitForSession\` waited for ${awaited(criteria)}`,
    timeoutMs,
    explain: () => explain(group, criteria, timeoutMs),
    watch: (found) =>
      state.sessions.listen((candidate, participant) => {
        if (isMine(participant) && state.sessions.meets(candidate, criteria)) found(candidate.snapshot());
      }),
  });
}

function explain(group: Group, criteria: SessionCriteria, timeoutMs: number): string {
  const scene = aboutStream(criteria.streamId, sceneOf(group));
  const begunWith = ({ sessionId }: SessionSnapshot) => group.state.sessions.begunWith(sessionId);
  const headline = `\`waitForSession\` gave up after ${timeoutMs} ms: ${outcome(criteria, scene, begunWith)}.`;
  const sections = [
    ['awaited', [awaited(criteria)]],
    ['nearest', numberAhead(criteria, group) ?? nearestSession(criteria, scene, begunWith)],
  ] as const;
  return failureText({ headline, sections }, scene);
}

/** The functions are not enumerable: to print and to compare, it is the snapshot. */
function viewOf(group: Group, snapshot: SessionSnapshot): SessionView {
  const functions = Object.getOwnPropertyDescriptors(observe(narrow(group, snapshot.sessionId)));
  const properties = Reflect.ownKeys(functions).map((name) => [name, { value: Reflect.get(functions, name).value }]);
  return Object.freeze(Object.defineProperties({ ...snapshot }, Object.fromEntries(properties))) as SessionView;
}

/** The same group, of one session alone. It can be looked at after its scope has been closed. */
function narrow(group: Group, sessionId: string): Group {
  return {
    ...group,
    isMine: (participant) => participant?.sessionId === sessionId || concerns(group, sessionId, participant),
    requireOpen: group.state.requireOpen,
    absence: undefined,
  };
}

/** Whether it is what the test did by hand to the sessions of the same scope, or to all. */
function concerns({ state, isMine }: Group, sessionId: string, participant: Participant | undefined): boolean {
  if (participant?.sessionId !== '') return false;
  const isScopes =
    participant.scope !== undefined && participant.scope === state.sessions.participantOf(sessionId)?.scope;
  return isScopes || (participant.scopesUpTo !== undefined && isMine(participant));
}
