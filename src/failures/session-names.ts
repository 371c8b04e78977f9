/** The name of a session in a text: its stream, and a number if that stream has had several sessions: `news/2`. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { formatValue } from '../drawing/summary.js';

/** `sessions` are all sessions, newest first. */
export function sessionName(session: SessionSnapshot, sessions: readonly SessionSnapshot[]): string {
  const { streamId } = session;
  if (streamId === '') return 'a connection without a stream';
  return `stream ${hasTurn(session, sessions) ? withTurn(session, sessions) : show(streamId)}`;
}

/** The stream with the number of its session, counted from 1, as in the timeline. */
function withTurn({ sessionId, streamId }: SessionSnapshot, sessions: readonly SessionSnapshot[]): string {
  const same = sessions.filter((session) => session.streamId === streamId);
  const at = same.findIndex((session) => session.sessionId === sessionId);
  return `${formatValue(streamId)}/${same.length - at}`;
}

/** The text for a reconnected worker that continues the old numbering (PROTOCOL §6.9). */
export function numbering(session: SessionSnapshot, sessions: readonly SessionSnapshot[]): string[] {
  const { fragments, errors } = session;
  const hasBegunAnew = fragments.some(({ sequenceNumber }) => sequenceNumber === 0);
  // Without a fragment there is no wrong number.
  const hasSent = fragments.length > 0 || errors.some(({ code }) => code === 'INVALID_SEQUENCE');
  const former = hasBegunAnew || !hasSent ? undefined : predecessorOf(session, sessions);
  if (former === undefined || former.expectedSequenceNumber === 0) return [];
  const [own, before] = [withTurn(session, sessions), withTurn(former, sessions)];
  const reached = former.expectedSequenceNumber - 1;
  return [
    `numbering starts at 0 in each session: this is ${own}, and ${before} had reached ${reached}; its first fragment must be number 0`,
  ];
}

function hasTurn({ streamId }: SessionSnapshot, sessions: readonly SessionSnapshot[]): boolean {
  return sessions.filter((session) => session.streamId === streamId).length > 1;
}

/** The session before it that had the same stream. */
function predecessorOf(
  { sessionId, streamId }: SessionSnapshot,
  sessions: readonly SessionSnapshot[],
): SessionSnapshot | undefined {
  const older = sessions.slice(sessions.findIndex((session) => session.sessionId === sessionId) + 1);
  return older.find((session) => session.streamId === streamId);
}
