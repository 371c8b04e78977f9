/** What a failure text is made of: what was to be seen, and what failed. */

import type { SessionSnapshot } from '../core/snapshot.js';
import type { ArrivalsSeen } from '../record/arrivals.js';
import type { Violation } from '../record/violation-log.js';
import type { TimelineEntry } from '../timeline/entry.js';

/** All that was to be seen when it failed. */
export interface Scene {
  /** Newest first. */
  readonly sessions: readonly SessionSnapshot[];
  readonly entries: readonly TimelineEntry[];
  /** How many older entries there were, of this scope and of others. */
  readonly dropped?: number;
  readonly seed: string;
  /** How a clock that the test moves stands, and what is due on it. */
  readonly clock?: string | undefined;
  /** What there is to say of a scope while it has no session; of the fixture it is known. */
  readonly absence?: string;
  /** Who has come and has no session, where that may be what is missing; `now` is milliseconds of real time. */
  readonly arrivals?: ArrivalsSeen & { readonly now: number };
  /** Streams that no scope claims. */
  readonly unclaimed?: readonly string[];
  /** What workers have done wrong and nobody has excused, oldest first. */
  readonly violations?: readonly Violation[];
  /** On the clock of the fixture, Unix milliseconds. */
  readonly nowMs?: number;
}

/** Under this name a handle shows its scene to the matchers, whichever copy of the library either comes from. */
export const SCENE = Symbol.for('echo-sts.scene');

/** What there is to say under a name; `count` where it stands for more than one thing. */
export type Section = readonly [name: string, lines: readonly string[], count?: number];

/** What failed, in sections with a name each. */
export interface Failure {
  /** One sentence: what was expected, what came, what to do. */
  readonly headline: string;
  readonly sections: readonly Section[];
}
