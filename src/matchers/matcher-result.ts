/** The result of a matcher, as vitest and jest expect it. Types only. */

/** What a matcher returns. */
export interface MatcherResult {
  pass: boolean;
  /** Why it failed, or with `pass` why its negation did. */
  message: () => string;
}

/** With a promise for a handle of another process: `await expect(sts).toHaveCompleted()`. */
export type Judgement = MatcherResult | Promise<MatcherResult>;
