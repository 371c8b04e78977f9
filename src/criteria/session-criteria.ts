/** What a test waits for in a session. */

import * as v from 'valibot';
import { closedRecord, nonEmptyText, oneOf, timeoutMs } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { TRANSITIONS } from '../core/transitions.js';
import type { SessionState } from '../core/vocabulary.js';
import type { PointInTimeline } from '../timeline/entry.js';
import { pointInTimeline } from './point-in-timeline.js';

/** What `waitForSession` waits for. All optional. */
export interface WaitForSessionOptions {
  /** The stream's id; any stream when left out. */
  streamId?: string;
  /** The state to wait for; when left out, it is enough that the stream was begun. */
  state?: SessionState;
  /**
   * Only a session that was begun after this entry, which is one of the timeline or its number: its `stream:init` was accepted
   * after it, or, of a connection without a stream, its `connect` came after it. So after a reconnect it is the new session.
   * When one session comes to a state for a second time, wait for the event. Numbers begin anew with `reset()`.
   */
  since?: PointInTimeline;
  /**
   * Milliseconds of real time after which it rejects; `Infinity` for never. 4000 is below the 5 s that test runners give a test
   * by default.
   * @default the environment variable `ECHO_STS_WAIT_TIMEOUT_MS`, else the option `waitTimeoutMs`: 4000
   */
  timeoutMs?: number;
}

/** Without the time. */
export interface SessionCriteria {
  readonly streamId?: string | undefined;
  readonly state?: SessionState | undefined;
  /** The number of the entry that it has to be begun after. */
  readonly since?: number | undefined;
}

/** What of a session, live or ended, the criteria speak about. */
type SessionFacts = Pick<SessionSnapshot, 'streamId' | 'state' | 'completedAt'>;

const STATES: SessionState[] = [...Object.keys(TRANSITIONS).map((state) => state as SessionState), 'closed'];

export const waitForSessionSchema = closedRecord({
  streamId: v.optional(nonEmptyText),
  state: v.optional(oneOf(...STATES)),
  since: v.optional(pointInTimeline),
  timeoutMs: v.optional(timeoutMs),
});

true satisfies Same<WaitForSessionOptions, v.InferInput<typeof waitForSessionSchema>>;

/**
 * `begunWith` is the number of the entry with which the session was begun. A stream that has completed stays `completed` for
 * this purpose: its connection is closed soon after (PROTOCOL §3).
 */
export function isMet(
  { streamId, state, since = 0 }: SessionCriteria,
  session: SessionFacts,
  begunWith: number,
): boolean {
  if (since > 0 && begunWith <= since) return false;
  if (streamId !== undefined && session.streamId !== streamId) return false;
  if (state === undefined) return session.streamId !== '';
  return session.state === state || (state === 'completed' && session.completedAt !== undefined);
}

/** The criteria in words. */
export function awaited({ streamId, state, since }: SessionCriteria): string {
  const stream = streamId === undefined ? 'any stream' : `stream ${show(streamId)}`;
  return `${stream}${state ? ` in state ${state}` : ''}${since === undefined ? '' : `, begun since #${since}`}`;
}
