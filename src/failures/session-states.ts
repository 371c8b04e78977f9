/** The state of the sessions: one line each, with what is owed; and separately, what their workers have omitted. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { grouped } from './grouped.js';
import { omissions } from './omissions.js';
import { owed } from './owed.js';
import type { Scene, Section } from './scene.js';
import { numbering, sessionName } from './session-names.js';

/** Maximum number of sessions that are shown. */
const MOST_SESSIONS = 3;

/** What the workers of the shown sessions have omitted. */
export function omissionSection(scene: Scene): Section {
  return ['omitted', each(scene, (session, own) => omissions(session, own))];
}

/** Omits what was `said` already: the message of the last error, and the numbering. */
export function stateSections(scene: Scene, said: string): Section[] {
  const { sessions, nowMs } = scene;
  if (sessions.length === 0) return [['state', ['no session']]];
  const older = sessions.length - MOST_SESSIONS;
  const states = each(scene, (session) => [stateOf(session, sessions, said)]);
  const numbers = each(scene, (session) => numbering(session, sessions)).filter((line) => !said.includes(line));
  const isOne =
    sessions.filter(({ completedAt, closedAt }) => completedAt === undefined && closedAt === undefined).length < 2;
  const owing = each(scene, (session, own) => {
    const lines = owed(session, own, nowMs);
    return isOne || lines.length === 0 ? lines : [`${sessionName(session, sessions)}: ${lines.join('; ')}`];
  });
  return [
    ['state', [...states, ...numbers, ...(older > 0 ? [`and ${older} older sessions`] : [])]],
    ['owed', owing],
  ];
}

type Describe = (session: SessionSnapshot, own: readonly TimelineEntry[]) => readonly string[];

function each({ sessions, entries }: Scene, describe: Describe): string[] {
  const shown = sessions.slice(0, MOST_SESSIONS);
  const ids = new Set(shown.map(({ sessionId }) => sessionId));
  const own = grouped(
    entries.filter(({ sessionId }) => sessionId !== undefined && ids.has(sessionId)),
    ({ sessionId }) => sessionId,
  );
  return shown.flatMap((session) => describe(session, own.get(session.sessionId) ?? []));
}

/** One line. The last error is only a code if its message was `said` already. */
function stateOf(session: SessionSnapshot, sessions: readonly SessionSnapshot[], said: string): string {
  const { streamId, workerId, totalFragments, inflight, heldSequenceNumbers, errors, completedAt } = session;
  // One that has completed does not say so when its connection has closed.
  const state = session.state === 'closed' && completedAt !== undefined ? 'completed and closed' : session.state;
  const reason = session.closeReason === undefined ? '' : ` (${session.closeReason})`;
  const lastError = errors.at(-1);
  if (streamId === '') {
    const refused = lastError === undefined ? '' : `; ${lastErrorText(lastError, said)}`;
    return `a connection without a stream is ${state}${reason}: no \`stream:init\` has been accepted${refused}`;
  }
  const isHeld = heldSequenceNumbers.length > 0;
  const held = isHeld ? ` (${numbers(heldSequenceNumbers)} held until ${session.expectedSequenceNumber} arrives)` : '';
  const counts = `${totalFragments} ${totalFragments === 1 ? 'fragment' : 'fragments'}, ${inflight} in flight${held}`;
  return (
    `${sessionName(session, sessions)} of worker ${show(workerId)} is ${state}${reason}; ` +
    `the service counts ${counts}; ${lastErrorText(lastError, said)}`
  );
}

function lastErrorText(lastError: SessionSnapshot['errors'][number] | undefined, said: string): string {
  if (lastError === undefined) return 'no `error` event';
  const { code, message } = lastError;
  return `last \`error\` event ${code}${said.includes(message) ? '' : `: ${message}`}`;
}

function numbers(list: readonly number[]): string {
  if (list.length === 1) return `sequence number ${list.join()}`;
  return `sequence numbers ${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}
