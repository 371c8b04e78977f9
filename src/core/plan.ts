/** What is going to happen to a fragment, decided once, on its arrival (PROTOCOL §6.11). */

import { call, isText } from './callers-function.js';
import { draw } from './chance.js';
import { type DelayPlan, delayOf } from './delay.js';
import { type Arrival, type Consequence, NOTHING, type RuleBook } from './rules.js';
import type { SessionSettings } from './settings.js';

export interface FragmentPlan {
  readonly consequence: Consequence;
  /** How long its processing takes, milliseconds. */
  readonly delayMs: number;
  /** The mock text, without its mark. */
  readonly transcript: string;
}

/** The books are asked in their order, each rule in its own. */
export function planFor(
  arrival: Arrival,
  books: readonly RuleBook[],
  delay: DelayPlan,
  { seed, transcript }: SessionSettings,
): FragmentPlan {
  const { fragment, attempt } = arrival;
  try {
    const consequence = firstMatch(books, arrival);
    const chance = (purpose: string) => draw(seed, fragment.streamId, fragment.sequenceNumber, attempt, purpose);
    const delayMs = delayOf(delay, fragment, chance) + consequence.delayMs;
    const text = call('transcript', () => transcript(fragment), isText, 'a text');
    return { consequence, delayMs, transcript: text };
  } catch (error) {
    return { consequence: callersFault(error), delayMs: 0, transcript: '' };
  }
}

function firstMatch(books: readonly RuleBook[], arrival: Arrival): Consequence {
  for (const book of books) {
    const consequence = book.match(arrival);
    if (consequence !== NOTHING) return consequence;
  }
  return NOTHING;
}

/** A function of the caller's that throws must not end the test's process: it comes back as the fragment's failure. */
function callersFault(error: unknown): Consequence {
  const message = error instanceof Error ? error.message : 'a function of the test failed';
  return { error: { code: 'MODEL_ERROR', message, retryable: false }, delayMs: 0 };
}
