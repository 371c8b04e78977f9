/** What a test waits for in a session, and which session comes nearest to it. */

import * as v from 'valibot';
import { lacks } from './completion.js';
import { show } from './core/show.js';
import type { SessionSnapshot } from './core/snapshot.js';
import { TRANSITIONS } from './core/transitions.js';
import type { SessionState } from './core/vocabulary.js';
import { noSession, type Scene } from './failure-text.js';
import { closedRecord, integer, nonEmptyText, oneOf } from './fields.js';

/** What `waitForSession` waits for. All optional. */
export interface WaitForSessionOptions {
  /** The stream's id; any stream when left out. */
  streamId?: string;
  /** The state to wait for; when left out, it is enough that the stream was begun. */
  state?: SessionState;
  /**
   * Milliseconds after which it rejects. The default is below the 5 s that test runners give a test by default.
   * @default 4000
   */
  timeoutMs?: number;
}

/** Without the time. */
export interface SessionCriteria {
  readonly streamId?: string | undefined;
  readonly state?: SessionState | undefined;
}

/** What of a session, live or ended, the criteria speak about. */
type SessionFacts = Pick<SessionSnapshot, 'streamId' | 'state' | 'completedAt'>;

const STATES: SessionState[] = [...Object.keys(TRANSITIONS).map((state) => state as SessionState), 'closed'];

export const waitForSessionSchema = closedRecord({
  streamId: v.optional(nonEmptyText),
  state: v.optional(oneOf(...STATES)),
  timeoutMs: v.optional(integer(0, 2 ** 31 - 1), 4000),
});

/** A stream that has completed stays `completed` for this purpose: its connection is closed soon after (PROTOCOL §3). */
export function isMet({ streamId, state }: SessionCriteria, session: SessionFacts): boolean {
  if (streamId !== undefined && session.streamId !== streamId) return false;
  if (state === undefined) return session.streamId !== '';
  return session.state === state || (state === 'completed' && session.completedAt !== undefined);
}

/** The criteria in words. */
export function awaited({ streamId, state }: SessionCriteria): string {
  return `${streamId === undefined ? 'any stream' : `stream ${show(streamId)}`}${state ? ` in state ${state}` : ''}`;
}

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
