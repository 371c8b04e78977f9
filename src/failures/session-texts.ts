/** The session nearest to what was awaited, in words. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { SessionCriteria } from '../criteria/session-criteria.js';
import { noSession } from './absence.js';
import { lacks } from './completion.js';
import type { Scene } from './scene.js';
import { sessionName } from './session-names.js';
import { beforeSince } from './too-early.js';

/** Returns the number of the entry with which a session started. */
type BegunWith = (session: SessionSnapshot) => number;

/** The session closest to the criteria: one of the same stream, or the newest. */
export function nearestSession(criteria: SessionCriteria, scene: Scene, begunWith: BegunWith): string[] {
  const { sessions } = scene;
  const { streamId } = criteria;
  const [session] = sessions.filter((candidate) => streamId === undefined || candidate.streamId === streamId);
  if (session === undefined) {
    const [other] = sessions;
    if (other === undefined) return [noSession(scene)];
    return [`${sessionName(other, sessions)}: no ${other.streamId === '' ? '' : 'other '}stream was started`];
  }
  const { since = 0 } = criteria;
  const name = sessionName(session, sessions);
  if (since > 0 && begunWith(session) <= since) return [`${name}: ${tooEarly(begunWith(session), since)}`];
  if (criteria.state === undefined) return [`${name}: \`stream:init\` has not been accepted`];
  const reasons = criteria.state === 'completed' ? lacks(session) : [];
  const why = reasons.length === 0 ? '' : `: ${reasons.join(', ')}`;
  return [`${name}: its state is ${session.state}, not ${criteria.state}${why}`];
}

/** The outcome of a wait that timed out. */
export function outcome({ streamId, since = 0 }: SessionCriteria, { sessions }: Scene, begunWith: BegunWith): string {
  const after = since === 0 ? '' : ` since #${since}`;
  const isBegun = sessions
    .filter((session) => since === 0 || begunWith(session) > since)
    .some((session) => session.streamId !== '' && session.streamId === (streamId ?? session.streamId));
  if (!isBegun) return `no such session has started${after}`;
  return `${streamId === undefined ? 'a session' : `stream ${show(streamId)}`} started${after}, but does not match`;
}

function tooEarly(n: number, since: number): string {
  if (n === 0) return 'it started before the last `reset()`';
  return `it started with #${n}, which ${beforeSince(n, since)}`;
}
