/** How a session is to behave: complete, with no defaults left to fill in. */

import type { BackpressurePlan } from './backpressure.js';
import type { CutBook } from './cuts.js';
import type { RuleBook } from './rules.js';
import type { DelayPlan, Fragment } from './vocabulary.js';

/** What a test has set up for the sessions that it claims. */
export interface ScopeSettings {
  /** Whose they are: the session hands it on as it is (`Claim`). */
  readonly owner: object;
  /** Asked before the server's. */
  readonly rules: RuleBook;
  /** Asked before the server's. */
  readonly cuts: CutBook;
  /** In place of the server's; absent: the server's. */
  readonly delayMs?: DelayPlan;
  /** In place of the server's; absent: the server's. */
  readonly backpressure?: BackpressurePlan;
}

/** What a session goes by. `DEFAULT_SETTINGS` is one. */
export interface SessionSettings {
  /** What chance is drawn from: the same seed and the same worker give the same decisions. */
  readonly seed: string;
  /** Processing time of each fragment, milliseconds (PROTOCOL §6.2). */
  readonly delayMs: DelayPlan;
  /** How many fragments of a stream are processed at once; Infinity: all. */
  readonly capacity: number;
  /** The service's own ceiling: `stream:ready` answers the smaller of this and what the worker asked for. */
  readonly maxInflight: number;
  /** In flight per stream beyond which a fragment gets `QUEUE_FULL` (PROTOCOL §6.5). */
  readonly queueLimit: number;
  /** So many consecutive `QUEUE_FULL` are answered; the next one ends the connection (PROTOCOL §6.5). */
  readonly queueFullLimit: number;
  /** More fragments of a stream than this in a minute get `RATE_LIMIT`; Infinity: no limit. */
  readonly maxFragmentsPerMinute: number;
  /** How many numbers from the expected one on are taken out of order; undefined: `max_inflight` (PROTOCOL §6.3). */
  readonly reorderWindow: number | undefined;
  /** What is simulated besides the signal over `max_inflight` (PROTOCOL §6.6). */
  readonly backpressure: BackpressurePlan;
  /** From `stream:complete` to the server's disconnect, milliseconds (PROTOCOL §3). */
  readonly autoCloseMs: number;
  /** The mock text of a result, without its mark. */
  readonly transcript: (fragment: Fragment) => string;
  /** Rules for every session that shares the book; those of the session itself come first (PROTOCOL §6.13). */
  readonly rules: RuleBook | undefined;
  /** The rules of another session, by its stream id (PROTOCOL §6.13). */
  readonly rulesOf: (streamId: string) => RuleBook | undefined;
  /** Where connections break, shared by all sessions. */
  readonly cuts: CutBook | undefined;
  /**
   * Which scope claims a session. Asked once for each naming: when the connection is there, if its handshake names a stream
   * or a worker (what it does not name is empty), and at `stream:init`, if that names others. The newest answer counts.
   */
  readonly scopeOf: (stream: { readonly streamId: string; readonly workerId: string }) => ScopeSettings | undefined;
}

/** What PROTOCOL.md gives as defaults, and an echo with no delay. */
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
  cuts: undefined,
  scopeOf: () => undefined,
};
