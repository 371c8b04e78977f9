/** How a session behaves, with all defaults filled in. */

import type { ActionBook } from './actions.js';
import type { BackpressurePlan } from './backpressure.js';
import type { RuleBook } from './rules.js';
import type { DelayPlan, Fragment } from './vocabulary.js';

/** The settings of a scope for the sessions that it claims. */
export interface ScopeSettings {
  /** The owner of the sessions. The session passes it on unchanged (`Claim`). */
  readonly owner: object;
  /** Asked before the server's. */
  readonly rules: RuleBook;
  /** Its planned cuts. Asked before the server's. */
  readonly actions: ActionBook;
  /** In place of the server's; absent: the server's. */
  readonly delayMs?: DelayPlan;
  /** In place of the server's; absent: the server's. */
  readonly backpressure?: BackpressurePlan;
}

/** The settings of a session, such as `DEFAULT_SETTINGS`. */
export interface SessionSettings {
  /** The source of randomness: the same seed and the same worker give the same decisions. */
  readonly seed: string;
  /** Processing time of each fragment, milliseconds (PROTOCOL §6.2). */
  readonly delayMs: DelayPlan;
  /** Number of fragments of a stream that are processed at once; Infinity: all. Read when the stream begins. */
  readonly capacity: number;
  /** The service's own maximum. `stream:ready` carries the smaller of this and the worker's request. */
  readonly maxInflight: number;
  /** Maximum number in flight per stream; further fragments get `QUEUE_FULL` (PROTOCOL §6.5). */
  readonly queueLimit: number;
  /** Maximum number of consecutive `QUEUE_FULL`; the next one ends the connection (PROTOCOL §6.5). */
  readonly queueFullLimit: number;
  /** Maximum fragments of a stream per minute; further ones get `RATE_LIMIT`. Infinity: no limit. */
  readonly maxFragmentsPerMinute: number;
  /**
   * Number of sequence numbers, from the expected one, accepted out of order. Undefined: `max_inflight` (PROTOCOL
   * §6.3).
   */
  readonly reorderWindow: number | undefined;
  /** Simulated backpressure, in addition to the signal over `max_inflight` (PROTOCOL §6.6). */
  readonly backpressure: BackpressurePlan;
  /** From `stream:complete` to the server's disconnect, milliseconds (PROTOCOL §3). */
  readonly autoCloseMs: number;
  /** The mock text of each result, without its `[ECHO]` mark, or a function that returns it. */
  readonly transcript: string | ((fragment: Fragment) => string);
  /** Rules for every session of the server. The session's own rules come first (PROTOCOL §6.13). */
  readonly rules: RuleBook | undefined;
  /** Returns the rules of another session, by its stream id (PROTOCOL §6.13). */
  readonly rulesOf: (streamId: string) => RuleBook | undefined;
  /** Planned cuts, restarts and signals, shared by all sessions. */
  readonly actions: ActionBook | undefined;
  /**
   * Returns the scope that claims a session. Called when the connection opens, if its handshake names a stream or a
   * worker (a missing name is empty), and at `stream:init`, if the names differ. The newest result counts.
   */
  readonly scopeOf: (stream: { readonly streamId: string; readonly workerId: string }) => ScopeSettings | undefined;
}

/** The defaults of PROTOCOL, and an echo without delay. */
export const DEFAULT_SETTINGS: SessionSettings = {
  seed: '0',
  delayMs: 0,
  capacity: Number.POSITIVE_INFINITY,
  maxInflight: 10,
  queueLimit: 20,
  queueFullLimit: 50,
  maxFragmentsPerMinute: Number.POSITIVE_INFINITY,
  reorderWindow: undefined,
  backpressure: { kind: 'off' },
  autoCloseMs: 5000,
  transcript: (fragment) => `fragment ${fragment.sequenceNumber}`,
  rules: undefined,
  rulesOf: () => undefined,
  actions: undefined,
  scopeOf: () => undefined,
};
