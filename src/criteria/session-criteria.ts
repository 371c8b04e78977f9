/** What a test waits for in a session. */

import * as v from 'valibot';
import { closedRecord, nonEmptyText, oneOf } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { TRANSITIONS } from '../core/transitions.js';
import type { SessionState } from '../core/vocabulary.js';
import { waitTimeoutMs } from './wait-timeout.js';

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
  timeoutMs: waitTimeoutMs,
});

true satisfies Same<WaitForSessionOptions, v.InferInput<typeof waitForSessionSchema>>;

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
