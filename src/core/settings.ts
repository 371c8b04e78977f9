/** How a session is to behave: complete, with no defaults left to fill in. */

import type { Fragment, Outcome } from './protocol.js';

export interface SessionSettings {
  /** Processing time of each fragment, from its own arrival, milliseconds (PROTOCOL §6.2). */
  readonly delayMs: number;
  /** The service's own ceiling: `stream:ready` answers the smaller of this and what the worker asked for. */
  readonly maxInflight: number;
  /** In flight per stream beyond which a fragment gets `QUEUE_FULL` (PROTOCOL §6.5). */
  readonly queueLimit: number;
  /** So many consecutive `QUEUE_FULL` are answered; the next one ends the connection (PROTOCOL §6.5). */
  readonly queueFullLimit: number;
  /** How many numbers from the expected one on are taken out of order; undefined: `max_inflight` (PROTOCOL §6.3). */
  readonly reorderWindow: number | undefined;
  /** From `stream:complete` to the server's disconnect, milliseconds (PROTOCOL §3). */
  readonly autoCloseMs: number;
  /** The mock text of a result, without its mark. */
  readonly transcript: (fragment: Fragment) => string;
  /** What processing makes of a fragment; `attempt` is 1, and one more for each retry. */
  readonly outcome: (fragment: Fragment, attempt: number) => Outcome;
}

/** What PROTOCOL.md gives as defaults, and an echo with no delay. */
export const DEFAULT_SETTINGS: SessionSettings = {
  delayMs: 0,
  maxInflight: 10,
  queueLimit: 20,
  queueFullLimit: 50,
  reorderWindow: undefined,
  autoCloseMs: 5000,
  transcript: (fragment) => `fragment ${fragment.sequenceNumber}`,
  outcome: () => ({ status: 'success' }),
};
