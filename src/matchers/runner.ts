/** What a runner needs of a matcher: the same for vitest and jest. Types only. */

/** What a matcher answers. */
export interface MatcherResult {
  pass: boolean;
  /** Why it failed, or with `pass` why its negation did. */
  message: () => string;
}
