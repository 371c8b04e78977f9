/** The parts of a failure text: what was recorded, and what failed. */

import type { SessionSnapshot } from '../core/snapshot.js';
import type { ArrivalsSeen } from '../record/arrivals.js';
import type { Violation } from '../record/violation-log.js';
import type { TimelineEntry } from '../timeline/entry.js';

/** Everything recorded at the time of the failure. */
export interface Scene {
  /** Newest first. */
  readonly sessions: readonly SessionSnapshot[];
  readonly entries: readonly TimelineEntry[];
  /** Number of dropped older entries, of this scope and of others. */
  readonly dropped?: number;
  readonly seed: string;
  /** The time of a manual clock, and what is due on it. */
  readonly clock?: string | undefined;
  /** The text for a scope without a session. */
  readonly absence?: string;
  /** Connections without a session, if one may be missing. `now` is in milliseconds of real time. */
  readonly arrivals?: ArrivalsSeen & { readonly now: number };
  /** Streams that no scope claims. */
  readonly unclaimed?: readonly string[];
  /** The violations that are not excused, oldest first. */
  readonly violations?: readonly Violation[];
  /** The time on the fixture's clock, Unix milliseconds. */
  readonly nowMs?: number;
}

/** The key under which a handle gives its scene to the matchers, across copies of the library. */
export const SCENE = Symbol.for('echo-sts.scene');

/** Lines under a name; `count` if they represent more than one thing. */
export type Section = readonly [name: string, lines: readonly string[], count?: number];

/** What failed, in named sections. */
export interface Failure {
  /** One sentence: what was expected, what was received, what to do. */
  readonly headline: string;
  readonly sections: readonly Section[];
}
