/** What is going to happen to a fragment, decided once, on its arrival (PROTOCOL §6.11). */

import { call, isText } from './callers-function.js';
import { draw } from './chance.js';
import { type DelayPlan, delayOf } from './delay.js';
import { faultRow } from './delivery.js';
import type { Because } from './protocol.js';
import { type Arrival, type Consequence, NOTHING, type RuleBook, type RuleEntry } from './rules.js';
import type { SessionSettings } from './settings.js';

export interface FragmentPlan {
  readonly consequence: Consequence;
  /** How long its processing takes, milliseconds. */
  readonly delayMs: number;
  /** The mock text, without its mark. */
  readonly transcript: string;
  /** The rule that has hit; undefined when none has. */
  readonly rule: RuleEntry | undefined;
  /** What the result will tell of its causes; undefined when there is nothing to tell. */
  readonly because: Because | undefined;
}

/** The books are asked in their order, each rule in its own. */
export function planFor(
  arrival: Arrival,
  books: readonly RuleBook[],
  delay: DelayPlan,
  { seed, transcript }: SessionSettings,
): FragmentPlan {
  const { fragment, attempt } = arrival;
  let rule: RuleEntry | undefined;
  try {
    rule = firstMatch(books, arrival);
    const consequence = rule?.rule.consequence ?? NOTHING;
    const chance = (purpose: string) => draw(seed, fragment.streamId, fragment.sequenceNumber, attempt, purpose);
    const processingMs = delayOf(delay, fragment, chance) + consequence.delayMs;
    // What comes out of turn waits for nothing, not even its processing.
    const delayMs = faultRow(consequence.fault).isOutOfTurn ? 0 : processingMs;
    const text = call('transcript', () => transcript(fragment), isText, 'a text');
    return { consequence, delayMs, transcript: text, rule, because: becauseOf(delayMs, rule) };
  } catch (error) {
    // What a rule wanted is not done, but it has hit all the same.
    return { consequence: callersFault(error), delayMs: 0, transcript: '', rule, because: undefined };
  }
}

function firstMatch(books: readonly RuleBook[], arrival: Arrival): RuleEntry | undefined {
  for (const book of books) {
    const entry = book.match(arrival);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function becauseOf(delayMs: number, rule: RuleEntry | undefined): Because | undefined {
  if (rule === undefined) return delayMs === 0 ? undefined : { delayMs };
  const { fault } = rule.rule.consequence;
  return { ...(delayMs > 0 && { delayMs }), rule, ...(fault !== undefined && { fault }) };
}

/** A function of the caller's that throws must not end the test's process: it comes back as the fragment's failure. */
function callersFault(error: unknown): Consequence {
  const message = error instanceof Error ? error.message : 'a function of the test failed';
  return { error: { code: 'MODEL_ERROR', message, retryable: false }, delayMs: 0 };
}
