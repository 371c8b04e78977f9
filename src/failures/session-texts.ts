/** Which session comes nearest to what was awaited, in words. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { SessionCriteria } from '../criteria/session-criteria.js';
import { lacks } from './completion.js';
import { noSession, type Scene } from './failure-text.js';

/** The session that comes closest to the criteria: of the same stream, or the newest. */
export function nearestSession(criteria: SessionCriteria, scene: Scene): string[] {
  const { sessions } = scene;
  const { streamId } = criteria;
  const [session] = sessions.filter((candidate) => streamId === undefined || candidate.streamId === streamId);
  if (session === undefined) {
    const [other] = sessions;
    if (other === undefined) return [noSession(scene)];
    return [`${named(other)}: no ${other.streamId === '' ? '' : 'other '}stream was begun`];
  }
  if (criteria.state === undefined) return [`${named(session)}: \`stream:init\` has not been accepted`];
  const reasons = criteria.state === 'completed' ? lacks(session) : [];
  const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  return [`${named(session)}: its state is ${session.state}, not ${criteria.state}${why}`];
}

/** What became of a wait in vain. */
export function outcome({ streamId }: SessionCriteria, { sessions }: Scene): string {
  const isBegun = sessions.some(
    (session) => session.streamId !== '' && session.streamId === (streamId ?? session.streamId),
  );
  if (!isBegun) return 'no such session has come';
  return `${streamId === undefined ? 'a session' : `stream ${show(streamId)}`} came, but not as awaited`;
}

function named({ streamId }: SessionSnapshot): string {
  return streamId === '' ? 'a connection without a stream' : `stream ${show(streamId)}`;
}
