/** The state of a fixture that all its sessions and scopes share. Types only. */

import type { ViolationKind } from '../core/violations.js';
import type { Scene } from '../failures/failure-text.js';
import type { SessionList } from '../record/session-list.js';
import type { ViolationLog } from '../record/violation-log.js';
import type { Connection } from '../server/connection.js';
import type { Timeline } from '../timeline/timeline.js';
import type { Complaints } from './complaints.js';
import type { Scopes } from './scopes.js';
import type { Waits } from './waits.js';

export interface FixtureState {
  readonly seed: string;
  /** Where workers connect to. */
  readonly url: string;
  readonly timeline: Timeline;
  readonly sessions: SessionList;
  readonly violations: ViolationLog;
  readonly waits: Waits;
  readonly complaints: Complaints;
  readonly scopes: Scopes;
  readonly connections: ReadonlySet<Connection>;
  /** Whether violations make `verify` fail. */
  readonly isStrict: boolean;
  /** Violations that are excused everywhere. */
  readonly excused: readonly ViolationKind[];
  /** What a failure text says of the fixture as a whole. */
  readonly scene: () => Omit<Scene, 'sessions' | 'entries'>;
  /**
   * Resolves once what was sent on these connections, in either direction, has been heard, and the answers to it: with
   * true, or with false when there is no end to them.
   */
  readonly settle: (connections: Iterable<Connection>) => Promise<boolean>;
  /** Closes them gracefully; resolves when the workers have heard it, or soon. */
  readonly disconnect: (connections: readonly Connection[]) => Promise<void>;
  /** Throws an `EchoStsError` (`CLOSED`) after `close()`. */
  readonly requireOpen: (method: string) => void;
}
